/**
 * What streams, views and reference tables there are.
 *
 * <p>The catalog lives in PostgreSQL and is read from a snapshot in memory, on any thread, without
 * waiting. Changes go through R2DBC and may be asked for on any thread.
 */
@NullMarked
package dev.sluice.engine.catalog;

import org.jspecify.annotations.NullMarked;
