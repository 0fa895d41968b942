package dev.sluice.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams over topics that a plain producer has written, on a real gateway. */
class TopicStreamTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long T = 1_420_000_000_000L;
  private static final int SCHEMA_ID = 77;
  private static final Schema SCHEMA =
      SchemaBuilder.record("Reading")
          .fields()
          .requiredString("unused")
          .optionalString("device")
          .requiredInt("n")
          .name("at")
          .type(
              org.apache.avro.LogicalTypes.timestampMicros()
                  .addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();
  private static final String FIELDS =
      "\"fields\":[{\"name\":\"device\",\"type\":\"STRING\",\"nullable\":true},"
          + "{\"name\":\"n\",\"type\":\"LONG\"},{\"name\":\"at\",\"type\":\"TIMESTAMP\"}],"
          + "\"time\":\"at\",\"lateness\":\"PT0S\"";
  private static HttpServer registry;
  private static RunningGateway gateway;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void start() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/schemas/ids/",
        exchange -> {
          boolean known = exchange.getRequestURI().getPath().endsWith("/" + SCHEMA_ID);
          byte[] body =
              (known
                      ? JSON.writeValueAsString(Map.of("schema", SCHEMA.toString()))
                      : "{\"error_code\":40403,\"message\":\"Schema not found\"}")
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    registry.start();
    gateway =
        RunningGateway.start(
            "sluice.schema-registry.url=http://127.0.0.1:" + registry.getAddress().getPort());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close();
    gateway.close();
    registry.stop(0);
  }

  private static void topic(String name, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  private static void produce(
      String topic, int partition, @Nullable String key, byte @Nullable [] value) {
    producer.send(
        new ProducerRecord<>(
            topic, partition, null, key == null ? null : key.getBytes(UTF_8), value));
    producer.flush();
  }

  private static byte[] json(@Nullable String device, int n, long at) {
    return "{\"device\":%s,\"n\":%d,\"at\":%d,\"more\":[1]}"
        .formatted(device == null ? "null" : "\"" + device + "\"", n, at)
        .getBytes(UTF_8);
  }

  private static byte[] avro(int header, @Nullable String device, int n, long at) {
    GenericRecord record =
        new GenericRecordBuilder(SCHEMA)
            .set("unused", "x")
            .set("device", device)
            .set("n", n)
            .set("at", at * 1_000)
            .build();
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (header >= 0) {
        out.write(0);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(header).array());
      }
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(method, gateway.http(path), body, "Content-Type", "application/json");
  }

  private static void declare(String stream, String more) {
    HttpResponse<String> answer =
        send("PUT", "/v1/streams/" + stream, "{" + FIELDS + "," + more + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static JsonNode past(String sql) {
    HttpResponse<String> answer =
        Http.get(
            gateway.http("/v1/query?from=earliest&to=now&sql=" + URLEncoder.encode(sql, UTF_8)),
            "Accept",
            "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> rows(JsonNode answer) {
    return StreamSupport.stream(answer.path("rows").spliterator(), false)
        .map(JsonNode::toString)
        .sorted()
        .toList();
  }

  @Test
  void jsonIsQueriedInThePastAndLive() {
    topic("shop.orders", 2);
    produce("shop.orders", 0, "k1", json("a", 1, T));
    produce("shop.orders", 1, null, json(null, 2, T + 1_000));
    produce("shop.orders", 0, "k1", "not json".getBytes(UTF_8));
    produce("shop.orders", 0, "k1", "[{\"device\":\"a\",\"n\":3,\"at\":1}]".getBytes(UTF_8));
    produce("shop.orders", 0, "k2", json("a", 4, T + 61_000));
    produce("shop.orders", 1, "k3", null);
    declare("orders", "\"topic\":\"shop.orders\",\"values\":\"JSON\"");

    JsonNode plain = past("SELECT n, _key, _partition, _offset FROM orders");

    assertThat(rows(plain)).containsExactly("[1,\"k1\",0,0]", "[2,null,1,0]", "[4,\"k2\",0,3]");
    assertThat(plain.path("accounting").path("undecodable").longValue()).isEqualTo(3);
    assertThat(
            rows(
                past(
                    "SELECT device, COUNT(*) AS c FROM orders WHERE _partition = 0"
                        + " GROUP BY TUMBLE(at, INTERVAL '1' MINUTE), device")))
        .isEmpty();
    produce("shop.orders", 1, null, json("b", 5, T + 61_000));
    assertThat(
            rows(
                past(
                    "SELECT device, COUNT(*) AS c FROM orders WHERE _partition = 0"
                        + " GROUP BY TUMBLE(at, INTERVAL '1' MINUTE), device")))
        .hasSize(1);

    String sql = URLEncoder.encode("SELECT n, _key FROM orders WHERE n >= 100", UTF_8);
    try (Connection live =
        Http.open(gateway.http(), "GET /v1/query?sql=" + sql + " HTTP/1.1", "Host: 127.0.0.1")) {
      live.readUntil("{\"watermark\"");
      produce("shop.orders", 1, "new", json("a", 100, Instant.now().toEpochMilli()));
      live.readUntil("{\"n\":100,\"_key\":\"new\"}");
    }
  }

  @Test
  void avroGoesByTheRegistrysSchema() {
    topic("meters", 1);
    produce("meters", 0, null, avro(SCHEMA_ID, "a", 7, T));
    produce("meters", 0, null, avro(SCHEMA_ID + 1, "a", 8, T));
    produce("meters", 0, null, new byte[] {0, 0, 0, 0, SCHEMA_ID, 1});
    produce("meters", 0, null, json("a", 9, T));
    byte twoGigabytes = 0x0f;
    produce("meters", 0, null, new byte[] {0, 0, 0, 0, SCHEMA_ID, -2, -1, -1, -1, twoGigabytes});
    produce("meters", 0, null, avro(SCHEMA_ID, null, 10, T + 1));
    declare("meters", "\"topic\":\"meters\",\"values\":\"AVRO\"");

    JsonNode answer = past("SELECT * FROM meters");

    assertThat(rows(answer))
        .containsExactly(
            "[\"a\",7,\"2014-12-31T04:26:40.000Z\"]", "[null,10,\"2014-12-31T04:26:40.001Z\"]");
    assertThat(answer.path("accounting").path("undecodable").longValue()).isEqualTo(4);
  }

  @Test
  void avroGoesByTheSchemaThatWasDeclared() {
    topic("bare", 1);
    produce("bare", 0, null, avro(-1, "a", 7, T));
    produce("bare", 0, null, new byte[] {1, 2});
    declare("bare", "\"topic\":\"bare\",\"values\":\"AVRO\",\"schema\":" + SCHEMA);

    JsonNode answer = past("SELECT device, n FROM bare");

    assertThat(rows(answer)).containsExactly("[\"a\",7]");
    assertThat(answer.path("accounting").path("undecodable").longValue()).isEqualTo(1);
    assertThat(
            JSON.readTree(Http.get(gateway.http("/v1/streams/bare")).body())
                .path("schema")
                .path("name")
                .stringValue())
        .isEqualTo("Reading");
  }

  @Test
  void theTopicIsOnlyRead() {
    topic("kept", 3);
    produce("kept", 0, null, json("a", 1, T));
    declare("kept", "\"topic\":\"kept\",\"values\":\"JSON\",\"partitions\":1");

    JsonNode shown = JSON.readTree(Http.get(gateway.http("/v1/streams/kept")).body());
    assertThat(shown.path("partitions").intValue()).isEqualTo(3);
    assertThat(shown.path("unknown").stringValue()).isEqualTo("ignore");
    assertThat(send("POST", "/v1/streams/kept/events", "[{\"n\":1,\"at\":1}]").body())
        .contains("STREAM_READ_ONLY", "\"status\":409");
    assertThat(
            send("POST", "/v1/streams/kept/watermark", "{\"watermark\":\"2015-01-01T00:00:00Z\"}")
                .body())
        .contains("STREAM_READ_ONLY");
    assertThat(send("DELETE", "/v1/streams/kept", "").statusCode()).isEqualTo(204);
    declare("kept_again", "\"topic\":\"kept\",\"values\":\"JSON\"");
    assertThat(rows(past("SELECT n FROM kept_again"))).containsExactly("[1]");
  }

  @Test
  void whatIsNoViewOfATopicIsRefused() {
    assertThat(put("\"topic\":\"nowhere\",\"values\":\"JSON\"")).contains("TOPIC_UNKNOWN");
    assertThat(put("\"topic\":\"nowhere\"")).contains("STREAM_INVALID", "\"values\"");
    assertThat(put("\"topic\":\"__consumer_offsets\",\"values\":\"JSON\""))
        .contains("STREAM_INVALID", "\"topic\"");
    assertThat(put("\"topic\":\"t\",\"values\":\"JSON\",\"key\":\"device\""))
        .contains("STREAM_INVALID", "\"key\"");
    assertThat(put("\"topic\":\"t\",\"values\":\"AVRO\",\"schema\":{\"type\":\"nothing\"}"))
        .contains("STREAM_INVALID", "\"schema\"");
    assertThat(put("\"values\":\"JSON\"")).contains("STREAM_INVALID", "\"topic\"");
  }

  private static String put(String more) {
    return Objects.requireNonNull(
        send("PUT", "/v1/streams/refused", "{" + FIELDS + "," + more + "}").body());
  }
}
