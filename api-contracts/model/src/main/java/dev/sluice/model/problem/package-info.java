/**
 * What went wrong, as RFC 9457 says it: one stable code, a detail that says what to do, and the
 * place where it applies.
 *
 * <p>Plain values, usable on any thread. Nothing here holds anything, so nothing fills up.
 */
@NullMarked
package dev.sluice.model.problem;

import org.jspecify.annotations.NullMarked;
