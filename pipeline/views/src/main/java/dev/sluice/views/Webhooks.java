package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.view.Webhook;
import dev.sluice.model.view.WebhookReach;
import dev.sluice.views.webhook.WebhookDelivery;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The webhooks of all views that have one. One thread. */
final class Webhooks {
  private final EventLog eventLog;
  private final WebhookReach reach;
  private final Clock clock;
  private final Map<Long, Running> running = new HashMap<>();

  Webhooks(EventLog eventLog, WebhookReach reach, Clock clock) {
    this.eventLog = eventLog;
    this.reach = reach;
    this.clock = clock;
  }

  /** A webhook, and what it was started with. */
  private record Running(
      CatalogStream rows, Webhook webhook, WebhookDelivery delivery, RunningView running) {
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
                one.getValue().running().stop().subscribe();
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
    WebhookDelivery delivery = new WebhookDelivery(view.stream(), webhook, reach, clock);
    return new Running(
        view.stream(),
        webhook,
        delivery,
        new RunningView(
            view.name() + "-webhook",
            own -> delivery.run(eventLog, view.webhookGroup(), own).map(told -> true)));
  }

  /** Why rows of a view are not told from here; null if they are, or nobody is to be told. */
  @Nullable String failing(long generation) {
    Running known = running.get(generation);
    if (known == null) {
      return null;
    }
    Problem reading = known.running().failure();
    return reading == null ? known.delivery().failing() : reading.detail();
  }

  /** Stops them all. */
  Mono<Void> stop() {
    return Flux.fromIterable(running.values()).flatMap(one -> one.running().stop()).then();
  }
}
