package dev.sluice.gateway.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A topic whose stream has changed, as consumers have it that know Avro and a Schema Registry. */
class SchemaRegistryTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String SUBJECT = "stream.foreign_schemas-value";

  @BeforeAll
  static void fill() {
    declare("{'name': 'who', 'type': 'STRING'}, {'name': 'n', 'type': 'LONG'}");
    GATEWAY.store("foreign_schemas", List.of("{\"who\": \"a\", \"n\": 1}"));
    declare(
        "{'name': 'who', 'type': 'STRING'}, {'name': 'place', 'type': 'STRING', 'default': 'home'},"
            + " {'name': 'number', 'type': 'DOUBLE', 'aliases': ['n']}, {'name': 'says', 'type': 'STRING', 'nullable': true}");
    // A device that has not heard of it, and one that has.
    GATEWAY.store(
        "foreign_schemas",
        List.of(
            "{\"who\": \"b\", \"n\": 2}",
            "{\"who\": \"c\", \"number\": 3.5, \"place\": \"away\", \"says\": \"hi\"}"));
  }

  private static void declare(String fields) {
    GATEWAY.declare(
        "foreign_schemas",
        "{\"fields\": [" + fields.replace('\'', '"') + "], \"key\": \"who\", \"partitions\": 1}");
  }

  @Test
  void aForeignConsumerReadsEachRecordWithItsSchemaAndWithTheLatest() {
    StringBuilder values = new StringBuilder();
    for (byte[] value : values("stream.foreign_schemas")) {
      values.append(Base64.getEncoder().encodeToString(value)).append('\n');
    }

    JsonNode found = Node.run("registry.js", values.toString(), GATEWAY.http().toString(), SUBJECT);

    assertThat(found.path("written").findValuesAsString("who")).containsExactly("a", "b", "c");
    assertThat(found.at("/written/0/n").asInt()).isEqualTo(1);
    assertThat(found.at("/written/0").has("place")).isFalse();
    assertThat(found.at("/written/2/says").asString()).isEqualTo("hi");
    assertThat(found.path("read").findValuesAsString("place"))
        .containsExactly("home", "home", "away");
    assertThat(found.path("read").findValuesAsString("number")).containsExactly("1", "2", "3.5");
    assertThat(found.at("/read/0/says").isNull()).isTrue();
    assertThat(found.at("/unknownId/status").asInt()).isEqualTo(404);
    assertThat(found.at("/unknownId/message").asString()).contains("999999999 not found");
    assertThat(found.at("/unknownSubject/status").asInt()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"globalId", "contentId"})
  void apicuriosSerdesReadEachRecordInTheirConfluentMode(String id) {
    try (AvroKafkaDeserializer<GenericRecord> reader = new AvroKafkaDeserializer<>()) {
      reader.configure(
          Map.of(
              "apicurio.registry.url",
              GATEWAY.http("/apis/registry/v2").toString(),
              "apicurio.registry.as-confluent",
              true,
              "apicurio.registry.use-id",
              id),
          false);

      List<GenericRecord> read =
          values("stream.foreign_schemas").stream()
              .map(value -> reader.deserialize("stream.foreign_schemas", value))
              .toList();

      assertThat(read).extracting(one -> one.get("who").toString()).containsExactly("a", "b", "c");
      assertThat(read.get(0).get("n")).isEqualTo(1L);
      assertThat(read.get(0).hasField("place")).isFalse();
      assertThat(read.get(2).get("number")).isEqualTo(3.5);
    }
  }

  @Test
  void everyAnswerIsAsTheDocumentSays() {
    assertThat(get("/subjects").valueStream().map(JsonNode::asString)).contains(SUBJECT);
    assertThat(get("/subjects/" + SUBJECT + "/versions").toString()).isEqualTo("[1,2]");
    JsonNode latest = get("/subjects/" + SUBJECT + "/versions/latest");
    assertThat(latest.path("version").asInt()).isEqualTo(2);
    int id = latest.path("id").asInt();
    String schema = latest.path("schema").asString();
    assertThat(get("/subjects/" + SUBJECT + "/versions/2")).isEqualTo(latest);
    assertThat(get("/subjects/" + SUBJECT + "/versions/2/schema")).isEqualTo(JSON.readTree(schema));
    assertThat(get("/schemas/ids/" + id).path("schema").asString()).isEqualTo(schema);
    assertThat(get("/schemas/ids/" + id + "/schema")).isEqualTo(JSON.readTree(schema));
    assertThat(get("/schemas/ids/" + id + "/versions").toString())
        .isEqualTo("[{\"subject\":\"" + SUBJECT + "\",\"version\":2}]");
    assertThat(get("/schemas/types").toString()).isEqualTo("[\"AVRO\"]");
    assertThat(get("/config/" + SUBJECT)).isEqualTo(get("/config"));
    assertThat(get("/config").path("compatibilityLevel").asString())
        .isEqualTo("BACKWARD_TRANSITIVE");
    assertThat(get("/mode").path("mode").asString()).isEqualTo("READONLY");
    JsonNode status = get("/v1/streams/foreign_schemas").path("status");
    assertThat(status.path("schemas").findValuesAsString("version")).containsExactly("1", "2");
    assertThat(status.path("schema-id").asInt()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "/subjects/nothing/versions, 404, 40401",
    "/subjects/nothing/versions/1, 404, 40401",
    "/config/nothing, 404, 40401",
    "/subjects/stream.foreign_schemas-value/versions/3, 404, 40402",
    "/subjects/stream.foreign_schemas-value/versions/last, 422, 42202",
    "/schemas/ids/999999999, 404, 40403",
    "/schemas/ids/x, 404, 40403",
    "/apis/registry/v2/ids/globalIds/999999999, 404, 40403",
    "/apis/registry/v2/ids/contentIds/999999999/references, 404, 40403"
  })
  void whatIsNotThereIsToldInTheRegistrysForm(String path, int status, int code) {
    HttpResponse<String> answer = Http.get(GATEWAY.http(path));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
    assertThat(JSON.readTree(answer.body()).path("error_code").asInt()).isEqualTo(code);
    assertThat(JSON.readTree(answer.body()).path("message").asString()).isNotEmpty();
  }

  private static JsonNode get(String path) {
    HttpResponse<String> answer = Http.get(GATEWAY.http(path));
    return JSON.readTree(answer.body());
  }

  private static List<byte[]> values(String topic) {
    Map<String, Object> config = Map.of("bootstrap.servers", TestServers.kafka());
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.value() != null) {
            values.add(record.value());
          }
        }
      }
    }
    return values;
  }
}
