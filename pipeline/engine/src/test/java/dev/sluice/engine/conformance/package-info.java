/**
 * The conformance suite: its inputs and cases as they are written, the rows that are expected, and
 * what puts an input into a log. For the tests of whoever answers the language, here and in other
 * modules.
 *
 * <p>Plain values, on the thread of the test; the log and PostgreSQL are waited for.
 */
@NullMarked
package dev.sluice.engine.conformance;

import org.jspecify.annotations.NullMarked;
