package dev.sluice.gateway.wiring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The ring of each stream that is read.
 *
 * @param capacity batches, of at most 8,192 events each
 */
@ConfigurationProperties("sluice.tail")
record TailProperties(@DefaultValue("64") int capacity) {}
