package dev.sluice.gateway.security;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is let in.
 *
 * @param mode whether anybody is, which only a gateway bound to the loopback may do
 */
@ConfigurationProperties("sluice.security")
record SecurityProperties(@DefaultValue("open") Mode mode) {

  enum Mode {
    OPEN,
    TOKEN
  }
}
