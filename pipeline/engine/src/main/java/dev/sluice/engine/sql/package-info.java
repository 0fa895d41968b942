/**
 * From SQL to a plan.
 *
 * <p>Apache Calcite parses and validates against the catalog's snapshot and gives a tree of
 * relations; what it gives is read into a {@link dev.sluice.engine.plan.QueryPlan}. Everything that
 * Sluice does not run is refused by its name, at its place in the text, before Calcite validates
 * it: nothing is ignored, nothing is rewritten so that it fails otherwise.
 *
 * <p>CPU work of milliseconds (the first query: a quarter of a second, see {@link
 * dev.sluice.engine.sql.SqlPlanner#warmUp()}): never on an event loop. Any number of threads may
 * plan at once. Nothing is held between calls; the length and the depth of one query are bounded.
 */
@NullMarked
package dev.sluice.engine.sql;

import org.jspecify.annotations.NullMarked;
