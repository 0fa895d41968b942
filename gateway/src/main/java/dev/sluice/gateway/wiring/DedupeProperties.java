package dev.sluice.gateway.wiring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How duplicates are found.
 *
 * @param capacity most ids of a partition that a reader remembers
 */
@ConfigurationProperties("sluice.dedupe")
record DedupeProperties(@DefaultValue("4000000") int capacity) {}
