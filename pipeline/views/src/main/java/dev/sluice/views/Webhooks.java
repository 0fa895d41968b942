package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.view.Webhook;
import dev.sluice.views.webhook.WebhookDelivery;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The webhooks of all views that have one. One thread. */
final class Webhooks {
  private final EventLog eventLog;
  private final Clock clock;
  private final Map<Long, Running> running = new HashMap<>();

  Webhooks(EventLog eventLog, Clock clock) {
    this.eventLog = eventLog;
    this.clock = clock;
  }

  /** A webhook, and what it was started with. */
  private record Running(CatalogStream rows, Webhook webhook, RunningView delivery) {
    boolean is(CatalogView wanted) {
      return rows.equals(wanted.stream()) && webhook.equals(wanted.definition().webhook());
    }
  }

  /** Starts and stops as the views say. */
  void follow(Collection<CatalogView> views) {
    Map<Long, CatalogView> wanted = new HashMap<>();
    for (CatalogView view : views) {
      if (view.definition().webhook() != null) {
        wanted.put(view.generation(), view);
      }
    }
    running
        .entrySet()
        .removeIf(
            one -> {
              CatalogView view = wanted.get(one.getKey());
              boolean stays = view != null && one.getValue().is(view);
              if (!stays) {
                one.getValue().delivery().stop().subscribe();
              }
              return !stays;
            });
    wanted.forEach((generation, view) -> running.computeIfAbsent(generation, g -> start(view)));
  }

  private Running start(CatalogView view) {
    Webhook webhook = view.definition().webhook();
    if (webhook == null) {
      throw new IllegalArgumentException(view.name());
    }
    WebhookDelivery delivery =
        new WebhookDelivery(view.group() + ".webhook", view.stream(), webhook);
    return new Running(
        view.stream(),
        webhook,
        new RunningView(
            view.name() + "-webhook", own -> delivery.run(eventLog, own, clock).map(told -> true)));
  }

  /** Stops them all. */
  Mono<Void> stop() {
    return Flux.fromIterable(running.values()).flatMap(one -> one.delivery().stop()).then();
  }
}
