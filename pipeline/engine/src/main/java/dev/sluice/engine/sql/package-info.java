/**
 * From SQL to a plan.
 *
 * <p>Apache Calcite parses and validates against the catalog's snapshot and gives a tree of
 * relations; what it gives is read into a {@link dev.sluice.engine.plan.QueryPlan}. Everything that
 * Sluice does not run is refused by its name, at its place in the text, before Calcite validates
 * it: nothing is ignored, nothing is rewritten so that it fails otherwise.
 *
 * <p>Values are PostgreSQL's for bigint, double precision, text and boolean. What differs:
 *
 * <ul>
 *   <li>There are two kinds of number. Whole literals are LONG, all others DOUBLE ({@code 1.5} is
 *       no numeric: {@code ROUND(2.5)} is 2, a half goes to the even one). FLOOR, CEIL and ROUND of
 *       a LONG are LONG. A result too small for a DOUBLE is 0, not an error.
 *   <li>{@code ROUND(x, n)} rounds the shortest decimal that is x, a half away from zero.
 *   <li>A TIMESTAMP becomes text as an ISO instant with milliseconds; text becomes a TIMESTAMP in
 *       UTC unless it states an offset.
 *   <li>EXTRACT gives whole numbers. JSON_VALUE of text that is not JSON is NULL. ARRAY_AGG is
 *       text, and skips NULL.
 *   <li>In GROUP BY and HAVING a name is a column's, never an alias of the SELECT.
 * </ul>
 *
 * <p>As in PostgreSQL, LIKE escapes with a backslash unless ESCAPE says otherwise; AND, OR, CASE
 * and COALESCE go from left to right, and evaluate an operand only on the rows that still need it.
 * The digest sorts the operands of AND and OR only where none of them can fail.
 *
 * <p>CPU work of milliseconds (the first query: a quarter of a second, see {@link
 * dev.sluice.engine.sql.SqlPlanner#warmUp()}): never on an event loop. Any number of threads may
 * plan at once. Nothing is held between calls; the length and the depth of one query are bounded.
 */
@NullMarked
package dev.sluice.engine.sql;

import org.jspecify.annotations.NullMarked;
