package dev.sluice.client;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Operators;

/** How many more a subscriber has asked for; {@code Long.MAX_VALUE} is without bound. */
final class Demand {
  private final AtomicLong requested = new AtomicLong();

  void add(long n) {
    requested.accumulateAndGet(n, Operators::addCap);
  }

  boolean isPresent() {
    return requested.get() > 0;
  }

  void spendOne() {
    if (requested.get() != Long.MAX_VALUE) {
      requested.decrementAndGet();
    }
  }
}
