/**
 * Silence, written into the log: punctuations that let windows close when devices are quiet.
 *
 * <p>One thread looks at every live stream that is being read, a few times a second, and appends.
 * It holds a few numbers per partition, and has at most one punctuation per partition on its way.
 */
@NullMarked
package dev.sluice.engine.silence;

import org.jspecify.annotations.NullMarked;
