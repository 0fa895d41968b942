/**
 * Frames of events, checked against a stream and turned into the log's values.
 *
 * <p>JSON is the hot path: a scanner of our own over the frame's bytes, which copies text as bytes
 * and makes no object per event but the value and the key themselves. Other formats are read by
 * their own libraries, into the same rows and with the same verdicts. Decoders are usable on any
 * thread; what a call needs it makes, and drops at its end. {@link
 * dev.sluice.model.json.FrameBounds} says how much a frame may be; what is over a bound is refused
 * with its code.
 */
@NullMarked
package dev.sluice.model.json;

import org.jspecify.annotations.NullMarked;
