/**
 * The schemas of Sluice's topics, as clients of Confluent's Schema Registry ask for them: read, and
 * never written.
 *
 * <p>Answers are made on the event loop, of what the catalog holds in memory; a schema that no
 * stream has any more is asked for in its database. Nothing is held.
 */
@NullMarked
package dev.sluice.gateway.registry;

import org.jspecify.annotations.NullMarked;
