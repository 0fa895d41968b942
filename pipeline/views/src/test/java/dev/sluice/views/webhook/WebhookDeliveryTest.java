package dev.sluice.views.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.view.Webhook;
import dev.sluice.model.view.WebhookReach;
import dev.sluice.views.RowStreams;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows in a real log, told to a real HTTP server. */
class WebhookDeliveryTest {
  private static final Duration LIMIT = RowStreams.LIMIT;
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final long BEGIN = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();

  private final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  private final Scheduler own = Schedulers.newSingle("webhook", true);
  private final List<Disposable> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(Disposable::dispose);
    own.disposeGracefully().block(LIMIT);
    log.close();
  }

  @Test
  void everyRowIsToldOnceSignedAsTheReceiversLibraryWantsIt() throws Exception {
    CatalogStream rows = declare("told");
    send(rows, 0, 0, 30);
    send(rows, 1, 30, 60);
    try (Receiving receiver = new Receiving(post -> 204)) {
      tell(rows, receiver, Instant.EPOCH);
      await().atMost(LIMIT).until(() -> receiver.posts.size() == 60);
      send(rows, 2, 60, 61);
      await().atMost(LIMIT).until(() -> receiver.posts.size() > 60);
      com.standardwebhooks.Webhook library = new com.standardwebhooks.Webhook(SECRET);
      for (Receiving.Post post : receiver.posts) {
        library.verify(post.body(), new HashMap<>(lowerCase(post.headers())));
      }
      assertThat(values(receiver)).hasSize(61);
      assertThat(ids(receiver)).hasSize(61);
      JsonNode first = JsonMapper.shared().readTree(receiver.posts.get(60).body());
      assertThat(first)
          .isEqualTo(
              JsonMapper.shared()
                  .readTree(
                      """
                      {"type": "view.row", "timestamp": "2026-11-20T12:01:00.000Z", "data":
                        {"view": "told", "row":
                          {"ts": "2026-11-20T12:01:00.000Z", "n": 60, "name": "ü", "share": null}}}
                      """));
    }
  }

  @Test
  void whoeverRefusesAtFirstGetsEachRowInTheEnd() throws Exception {
    CatalogStream rows = declare("retried");
    send(rows, 0, 0, 20);
    Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    try (Receiving receiver =
        new Receiving(
            post ->
                attempts
                            .computeIfAbsent(post.header("Webhook-id"), id -> new AtomicInteger())
                            .incrementAndGet()
                        < 3
                    ? 503
                    : 200)) {
      tell(rows, receiver, Instant.EPOCH);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  attempts.size() == 20 && attempts.values().stream().allMatch(a -> a.get() == 3));
      assertThat(deadLetters(rows)).isEmpty();
    }
  }

  @Test
  void whatIsRefusedForGoodIsADeadLetterAndTheOthersGoOn() throws Exception {
    CatalogStream rows = declare("refused");
    send(rows, 0, 0, 20);
    try (Receiving receiver = new Receiving(post -> post.body().contains("\"n\":7,") ? 400 : 200)) {
      tell(rows, receiver, Instant.EPOCH);
      await().atMost(LIMIT).until(() -> deadLetters(rows).size() == 1);
      await().atMost(LIMIT).until(() -> values(receiver).size() == 20);
      ConsumerRecord<byte[], byte[]> dead = deadLetters(rows).get(0);
      assertThat(text(dead.value())).contains("\"n\":7,");
      assertThat(text(dead.headers().lastHeader("code").value())).isEqualTo("WEBHOOK_UNDELIVERED");
      assertThat(text(dead.headers().lastHeader("detail").value()))
          .isEqualTo(
              receiver.url()
                  + " did not take refused."
                  + rows.generation()
                  + ".0.7: the receiver answered 400");
    }
  }

  @Test
  void itSaysWhyNothingIsTakenUntilSomethingIs() throws Exception {
    CatalogStream rows = declare("failing");
    AtomicInteger status = new AtomicInteger(503);
    try (Receiving receiver = new Receiving(post -> status.get())) {
      WebhookDelivery delivery = delivery(rows, receiver, Instant.EPOCH);
      tell(rows, delivery);
      assertThat(delivery.failing()).isNull();
      send(rows, 0, 0, 1);
      await().atMost(LIMIT).until(() -> "the receiver answered 503".equals(delivery.failing()));
      status.set(200);
      // Given up by now, or not: the next row is taken.
      send(rows, 0, 1, 2);
      await().atMost(LIMIT).until(() -> delivery.failing() == null);
    }
  }

  @Test
  void anAddressInsideIsNotReachedByItsName() throws Exception {
    CatalogStream rows = declare("inside");
    send(rows, 0, 0, 1);
    try (Receiving receiver = new Receiving(post -> 200)) {
      String name = receiver.url().replace("127.0.0.1", "localhost");
      WebhookDelivery delivery = delivery(rows, name, Instant.EPOCH, WebhookReach.PUBLIC);
      tell(rows, delivery);
      await().atMost(LIMIT).until(() -> deadLetters(rows).size() == 1);
      assertThat(text(deadLetters(rows).get(0).headers().lastHeader("detail").value()))
          .contains("a webhook may not reach localhost (127.0.0.1), which is not a public address")
          .contains("sluice.webhooks.allow");
      assertThat(receiver.posts).isEmpty();
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    CatalogStream rows = declare("redirected");
    send(rows, 0, 0, 1);
    try (Receiving receiver = new Receiving(post -> 307)) {
      WebhookDelivery delivery = delivery(rows, receiver, Instant.EPOCH);
      tell(rows, delivery);
      await().atMost(LIMIT).until(() -> "the receiver answered 307".equals(delivery.failing()));
    }
  }

  @Test
  void itSaysWhereNobodyListens() throws Exception {
    CatalogStream rows = declare("nobody");
    send(rows, 0, 0, 1);
    Receiving receiver = new Receiving(post -> 200);
    receiver.close();
    WebhookDelivery delivery = delivery(rows, receiver, Instant.EPOCH);
    tell(rows, delivery);
    String where = receiver.url().replace("/rows", "");
    await().atMost(LIMIT).until(() -> delivery.failing() != null);
    assertThat(delivery.failing())
        .startsWith(where + " takes no connection: ")
        .contains("Connection refused");
  }

  @Test
  void rowsOfEarlierTimesAreNotToldAndARestartTellsWhatIsNew() throws Exception {
    CatalogStream rows = declare("since");
    send(rows, 0, 0, 20);
    try (Receiving receiver = new Receiving(post -> 200)) {
      Disposable first = tell(rows, receiver, Instant.ofEpochMilli(BEGIN + 15_000));
      await().atMost(LIMIT).until(() -> receiver.posts.size() == 5);
      awaitCommitted(rows, 20);
      first.dispose();
      send(rows, 0, 20, 25);
      tell(rows, receiver, Instant.ofEpochMilli(BEGIN + 15_000));
      await().atMost(LIMIT).until(() -> receiver.posts.size() >= 10);
      assertThat(values(receiver)).isEqualTo(Set.of(15, 16, 17, 18, 19, 20, 21, 22, 23, 24));
      assertThat(receiver.posts).hasSize(10);
    }
  }

  private CatalogStream declare(String name) {
    return new RowStreams(log)
        .declare(
            name,
            3,
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("n", FieldType.LONG, false),
            new Field("name", FieldType.STRING, false),
            new Field("share", FieldType.DOUBLE, true));
  }

  private void send(CatalogStream rows, int partition, int first, int end) {
    String events =
        IntStream.range(first, end)
            .mapToObj(n -> "{\"ts\":%d,\"n\":%d,\"name\":\"ü\"}".formatted(BEGIN + n * 1_000L, n))
            .collect(Collectors.joining(",", "[", "]"));
    new LogWriter(log, rows).send(partition, events);
  }

  private Disposable tell(CatalogStream rows, Receiving receiver, Instant from) {
    return tell(rows, delivery(rows, receiver, from));
  }

  private static WebhookDelivery delivery(CatalogStream rows, Receiving receiver, Instant from) {
    return delivery(rows, receiver.url(), from, new WebhookReach(List.of("127.0.0.1")));
  }

  private static WebhookDelivery delivery(
      CatalogStream rows, String url, Instant from, WebhookReach reach) {
    return new WebhookDelivery(
        rows, new Webhook(url, SECRET, from), reach, Clock.systemUTC(), Duration.ofMillis(2));
  }

  private Disposable tell(CatalogStream rows, WebhookDelivery delivery) {
    Disposable told = delivery.run(log, group(rows), own).subscribe();
    running.add(told);
    return told;
  }

  private static String group(CatalogStream rows) {
    return "webhook." + rows.definition().name();
  }

  private void awaitCommitted(CatalogStream rows, long offset) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              var at =
                  log.groupState(group(rows), rows.definition().topic())
                      .block(LIMIT)
                      .positions()
                      .get(0);
              return at != null && at.offset() == offset;
            });
  }

  private static Set<String> ids(Receiving receiver) {
    return receiver.posts.stream()
        .map(post -> post.header("Webhook-id"))
        .collect(Collectors.toSet());
  }

  private static Set<Integer> values(Receiving receiver) {
    return receiver.posts.stream()
        .map(post -> JsonMapper.shared().readTree(post.body()).at("/data/row/n").asInt())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
    return HttpHeaders.of(headers, (name, value) -> true).map().entrySet().stream()
        .collect(
            Collectors.toMap(
                header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
  }

  private static List<ConsumerRecord<byte[], byte[]>> deadLetters(CatalogStream rows) {
    Properties config = new Properties();
    config.put("bootstrap.servers", TestServers.kafka());
    config.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(rows.definition().deadLetterTopic()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(read::add);
      }
    }
    return read;
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
