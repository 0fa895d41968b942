/**
 * What a query computes, with its spelling gone: the form in which the SQL half hands a query to
 * the running half.
 *
 * <p>Plain values, usable on any thread.
 */
@NullMarked
package dev.sluice.engine.plan;

import org.jspecify.annotations.NullMarked;
