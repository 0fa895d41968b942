package dev.sluice.gateway.wiring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The ring of each stream that is read.
 *
 * @param capacity events; a batch has at most 8,192
 */
@ConfigurationProperties("sluice.tail")
record TailProperties(@DefaultValue("524288") int capacity) {}
