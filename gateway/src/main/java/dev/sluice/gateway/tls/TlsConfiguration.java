package dev.sluice.gateway.tls;

import java.time.Clock;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TlsConfiguration {

  @Bean
  Tls tls(TlsProperties properties) {
    return new Tls(properties);
  }

  @Bean
  HealthIndicator tlsHealthIndicator(Tls tls, Clock clock) {
    return new TlsHealth(tls, clock);
  }
}
