/**
 * Records of topics that were there before Sluice, as events of a stream: JSON, or Avro of any
 * writer.
 *
 * <p>Runs on the thread that reads the log, which it may keep waiting while a schema is fetched.
 * Holds at most so many schemas; the one that was not used for longest makes room.
 */
@NullMarked
package dev.sluice.engine.source;

import org.jspecify.annotations.NullMarked;
