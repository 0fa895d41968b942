package dev.sluice.gateway.wiring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What views are made with.
 *
 * @param partitions of a view that groups; the same for gateways and pipeline
 */
@ConfigurationProperties("sluice.views")
record ViewsProperties(@DefaultValue("4") int partitions) {}
