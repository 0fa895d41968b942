package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.rsocket.exceptions.ApplicationErrorException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long a question goes on being asked. */
class SluiceQueryTest {
  private static final Duration BOUND = DeviceTests.BOUND;
  private static final String QUOTA_EXCEEDED =
      "{\"status\":429,\"code\":\"QUOTA_EXCEEDED\",\"detail\":\"your quota of queries is 2\"}";

  private @Nullable TestGateway gateway;

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static SluiceQueryBuilder ask(int port) {
    return SluiceQuery.builder("127.0.0.1", port, "SELECT 1")
        .backoff(Duration.ofMillis(10), Duration.ofMillis(100));
  }

  @Test
  void whoIsRefusedForNowForTooLongEndsWithTheReason() {
    gateway =
        TestGateway.answering(0, Flux.error(() -> new ApplicationErrorException(QUOTA_EXCEEDED)));
    List<SluiceException> told = new CopyOnWriteArrayList<>();
    SluiceQuery query =
        ask(gateway.port()).giveUpAfter(Duration.ofMillis(100)).onRetry(told::add).build();

    SluiceException refused =
        catchThrowableOfType(SluiceException.class, () -> query.rows().blockLast(BOUND));

    assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");
    // None if the first attempt took that long.
    assertThat(told).allMatch(why -> why.code().equals("QUOTA_EXCEEDED"));
  }

  @Test
  void patienceBeginsWhenTheQuestionIsAsked() {
    int port;
    try (TestGateway first = TestGateway.start(1, TestGateway.STORES_ALL)) {
      port = first.port();
    }
    VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    List<SluiceException> told = new CopyOnWriteArrayList<>();
    SluiceQuery query =
        ask(port).scheduler(clock).giveUpAfter(Duration.ofSeconds(10)).onRetry(told::add).build();
    clock.advanceTimeBy(Duration.ofHours(1));

    List<QueryEvent> events = new CopyOnWriteArrayList<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    query.events().subscribe(events::add, failures::add);
    await().atMost(BOUND).until(() -> told.size() + failures.size() == 1);
    gateway = TestGateway.answering(port, Flux.just("{\"end\":{\"reason\":\"to\"}}"));

    await()
        .atMost(BOUND)
        .until(
            () -> {
              clock.advanceTimeBy(Duration.ofMillis(100));
              return events.size() + failures.size() == 1;
            });
    assertThat(failures).isEmpty();
  }
}
