package dev.sluice.gateway.quota;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.security.Callers;
import dev.sluice.gateway.security.Quota;
import io.github.bucket4j.TimeMeter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

  /** That of a caller whose token says none. */
  @Bean
  Quota defaultQuota(QuotaProperties properties, Callers callers) {
    Quota defaults = properties.quota();
    if (callers == Callers.OPEN && !defaults.equals(Quota.NONE)) {
      throw new IllegalArgumentException(
          "sluice.quota."
              + defaults.limits().keySet().iterator().next().text()
              + " must not be set with sluice.security.mode=open: callers are not told apart there");
    }
    return defaults;
  }

  @Bean
  Quotas quotas(Quota defaultQuota, Flow flow) {
    return new Quotas(defaultQuota, TimeMeter.SYSTEM_NANOTIME, Schedulers.parallel(), flow);
  }
}
