package dev.sluice.gateway.wiring;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What views' webhooks may be.
 *
 * @param allow hosts, addresses and networks that they may reach besides public addresses; the same
 *     for gateways and pipeline
 */
@ConfigurationProperties("sluice.webhooks")
record WebhookProperties(@DefaultValue List<String> allow) {}
