package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.RunningGateway;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Each door with each format: the same events, the same frames, the same acks and dead letters. */
class DoorFormatContractTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final int EVENTS = 500;
  private static final int PER_FRAME = 50;

  /** Events that do not fit, and what each is rejected with. */
  private static final Map<Object, String> BAD =
      Map.of(
          Map.of("device", "b", "n", "x"),
          "FIELD_TYPE n n must be a LONG or null: was the string \"x\"",
          Map.of("n", 1),
          "FIELD_MISSING device device must be a STRING: was not there",
          Map.of("device", "b", "m", 1),
          "FIELD_UNKNOWN m %s has no field m; did you mean n?",
          List.of(1, 2),
          "EVENT_NOT_OBJECT null an event must be an object: was an array");

  /** The same where an event has the names that the frame says. */
  private static final Map<Object, String> BAD_ROWS =
      Map.of(
          Map.of("device", "b", "n", "x"),
          "FIELD_TYPE n n must be a LONG or null: was the string \"x\"",
          Map.of("n", 1),
          "FIELD_MISSING device device must be a STRING: was not there",
          List.of(1, 2, 3),
          "EVENT_COLUMNS null a row must have as many cells as the first row has names, 2: has 3");

  /** The same where each member of an event is a record. */
  private static final Map<Object, String> BAD_RECORDS =
      Map.of(
          Map.of("device", "b", "n", "x"),
          "FIELD_TYPE n n must be a LONG or null: was the string \"x\"",
          Map.of("n", 1),
          "FIELD_MISSING device device must be a STRING: was not there",
          Map.of("device", "b", "m", 1),
          "EVENT_UNMAPPED null %s has no field for the value of a record b:m without a unit: add it to"
              + " \"senml\", or declare \"unknown\": \"ignore\"",
          List.of(1, 2),
          "EVENT_NOT_SENML null a record must be an object: was an array");

  /** One record, of a second that no other event of its device has. */
  private static Object record(Object event) {
    if (!(event instanceof Map<?, ?> fields)) {
      return event;
    }
    Map<String, Object> record = new LinkedHashMap<>();
    boolean known = fields.containsKey("n");
    Object value = fields.get(known ? "n" : "m");
    Object device = fields.get("device");
    record.put("n", (device == null ? "" : device + ":") + (known ? "n" : "m"));
    record.put(
        "t",
        BigDecimal.valueOf(
            1_600_000_000_000L + 1_000L * Math.floorMod(event.hashCode(), 100_000_000), 3));
    record.put(
        value instanceof String ? "vs" : "v", value instanceof Integer n ? (double) n : value);
    return record;
  }

  /** As maps of numbers, as which CBOR has them. */
  private static Object numbered(Object record) {
    if (!(record instanceof Map<?, ?> members)) {
      return record;
    }
    Map<Object, Object> numbered = new LinkedHashMap<>();
    members.forEach(
        (label, value) ->
            numbered.put(
                Map.of("n", 0, "v", 2, "vs", 3, "t", 6).get(label),
                value instanceof BigDecimal time ? time.doubleValue() : value));
    return numbered;
  }

  enum Format {
    JSON("application/json", JsonMapper.shared(), "FRAME_NOT_JSON"),
    NDJSON("application/x-ndjson", JsonMapper.shared(), null) {
      @Override
      byte[] frame(List<Object> events) {
        StringBuilder lines = new StringBuilder();
        events.forEach(event -> lines.append(mapper.writeValueAsString(event)).append('\n'));
        return lines.toString().getBytes(UTF_8);
      }
    },
    CBOR("application/cbor", new CBORMapper(), "FRAME_MALFORMED"),
    CSV("text/csv; charset=utf-8", JsonMapper.shared(), "FRAME_MALFORMED", BAD_ROWS) {
      @Override
      byte[] event(Object event) {
        return frame(List.of(event));
      }

      @Override
      byte[] frame(List<Object> events) {
        return events.stream()
            .map(event -> event instanceof Map<?, ?> fields ? row(fields) : row((List<?>) event))
            .collect(Collectors.joining("\r\n", "device,n\r\n", ""))
            .getBytes(UTF_8);
      }

      private static String row(Map<?, ?> fields) {
        Object device = fields.get("device");
        return (device == null ? "" : "\"" + device + '"') + "," + fields.get("n");
      }

      private static String row(List<?> cells) {
        return cells.stream().map(String::valueOf).collect(Collectors.joining(","));
      }
    },
    SENML_JSON("application/senml+json", JsonMapper.shared(), "FRAME_MALFORMED", BAD_RECORDS) {
      @Override
      byte[] event(Object event) {
        return mapper.writeValueAsBytes(event instanceof Map ? List.of(record(event)) : event);
      }

      @Override
      byte[] frame(List<Object> events) {
        return mapper.writeValueAsBytes(
            events.stream().map(DoorFormatContractTest::record).toList());
      }
    },
    SENML_CBOR("application/senml+cbor", new CBORMapper(), "FRAME_MALFORMED", BAD_RECORDS) {
      @Override
      byte[] event(Object event) {
        return event instanceof Map ? SENML_JSON.event(event) : mapper.writeValueAsBytes(event);
      }

      @Override
      byte[] frame(List<Object> events) {
        return mapper.writeValueAsBytes(
            events.stream()
                .map(DoorFormatContractTest::record)
                .map(DoorFormatContractTest::numbered)
                .toList());
      }
    },
    CLOUDEVENTS("application/cloudevents-batch+json", JsonMapper.shared(), "FRAME_MALFORMED") {
      @Override
      byte[] event(Object event) {
        return mapper.writeValueAsBytes(cloudEvent(event));
      }

      @Override
      byte[] frame(List<Object> events) {
        return mapper.writeValueAsBytes(events.stream().map(this::cloudEvent).toList());
      }

      private Object cloudEvent(Object event) {
        Map<String, Object> attributes =
            new TreeMap<>(Map.of("specversion", "1.0", "id", "1", "source", "/a", "type", "t"));
        attributes.put("data", event);
        return event instanceof Map ? attributes : event;
      }
    };

    final String type;
    final ObjectMapper mapper;
    final @Nullable String malformed;
    final Map<Object, String> bad;

    Format(String type, ObjectMapper mapper, @Nullable String malformed) {
      this(type, mapper, malformed, BAD);
    }

    Format(String type, ObjectMapper mapper, @Nullable String malformed, Map<Object, String> bad) {
      this.type = type;
      this.mapper = mapper;
      this.malformed = malformed;
      this.bad = bad;
    }

    /** What is kept of an event that is rejected. */
    byte[] event(Object event) {
      return mapper.writeValueAsBytes(event);
    }

    byte[] frame(List<Object> events) {
      return mapper.writeValueAsBytes(events);
    }
  }

  enum Door {
    HTTP {
      @Override
      List<String> answers(String stream, Format format, List<byte[]> frames) throws Exception {
        List<String> answers = new ArrayList<>();
        for (byte[] frame : frames) {
          HttpRequest request =
              HttpRequest.newBuilder(GATEWAY.http("/v1/streams/" + stream + "/events"))
                  .header("Content-Type", format.type)
                  .POST(BodyPublishers.ofByteArray(frame))
                  .build();
          answers.add(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
        }
        return answers;
      }
    },
    WEBSOCKET {
      @Override
      List<String> answers(String stream, Format format, List<byte[]> frames) {
        URI uri =
            GATEWAY.http(
                "/v1/streams/" + stream + "/events?type=" + URLEncoder.encode(format.type, UTF_8));
        try (WebSocketDevice device = WebSocketDevice.connect(uri)) {
          frames.forEach(device::sendBinary);
          device.message(frames.size());
          return device.messages;
        }
      }
    },
    RSOCKET {
      @Override
      List<String> answers(String stream, Format format, List<byte[]> frames) {
        return channel(Transport.TCP, stream, format, frames);
      }
    },
    RSOCKET_WEBSOCKET {
      @Override
      List<String> answers(String stream, Format format, List<byte[]> frames) {
        return channel(Transport.WEBSOCKET, stream, format, frames);
      }
    };

    abstract List<String> answers(String stream, Format format, List<byte[]> frames)
        throws Exception;

    static List<String> channel(
        Transport transport, String stream, Format format, List<byte[]> frames) {
      RSocket device = transport.connect(GATEWAY, format.type);
      Flux<Payload> payloads =
          Flux.range(0, frames.size())
              .map(
                  i ->
                      i == 0
                          ? Transport.routed("streams." + stream + ".events", frames.get(i))
                          : DefaultPayload.create(frames.get(i)));
      List<String> acks =
          Objects.requireNonNull(
              device.requestChannel(payloads).map(Payload::getDataUtf8).collectList().block(SOON));
      device.dispose();
      return acks;
    }
  }

  static Stream<Arguments> everyDoorWithEveryFormat() {
    return Arrays.stream(Door.values())
        .flatMap(door -> Arrays.stream(Format.values()).map(format -> Arguments.of(door, format)));
  }

  @ParameterizedTest
  @MethodSource("everyDoorWithEveryFormat")
  void sameFramesHaveTheSameAcksEventsAndDeadLetters(Door door, Format format) throws Exception {
    String stream = "contract_" + (door + "_" + format).toLowerCase(Locale.ROOT);
    GATEWAY.declare(
        stream,
        """
        {"fields": [{"name": "device", "type": "STRING"},
                    {"name": "n", "type": "LONG", "nullable": true}], "key": "device", "partitions": 1,
         "senml": {"device": "device", "records": [{"name": "n", "field": "n"}]}}
        """);
    List<byte[]> frames = new ArrayList<>();
    for (int from = 0; from < EVENTS; from += PER_FRAME) {
      frames.add(format.frame(good(from)));
    }
    List<Object> bad = List.copyOf(format.bad.keySet());
    List<Object> mixed = new ArrayList<>(good(0));
    bad.forEach(event -> mixed.add(7 * mixed.size() % PER_FRAME, event));
    frames.add(format.frame(mixed));
    frames.add(format.frame(bad));
    frames.add(new byte[0]);
    if (format.malformed != null) {
      frames.add(Arrays.copyOf(frames.get(0), 13));
    }

    List<JsonNode> answers =
        door.answers(stream, format, frames).stream().map(JsonMapper.shared()::readTree).toList();

    assertThat(answers).hasSize(frames.size());
    for (int i = 0; i < EVENTS / PER_FRAME; i++) {
      assertThat(answers.get(i).path("accepted").asInt())
          .as(answers.get(i).toString())
          .isEqualTo(PER_FRAME);
      assertThat(answers.get(i).path("rejected")).isEmpty();
    }
    List<String> expected = new ArrayList<>();
    int at = EVENTS / PER_FRAME;
    assertRejected(answers.get(at), PER_FRAME, mixed, stream, format, expected);
    assertRejected(answers.get(at + 1), 0, bad, stream, format, expected);
    assertThat(code(answers.get(at + 2))).isEqualTo("FRAME_EMPTY");
    if (format.malformed != null) {
      assertThat(code(answers.get(at + 3))).isEqualTo(format.malformed);
    }

    List<ConsumerRecord<byte[], byte[]>> stored = Topics.read("stream." + stream);
    assertThat(stored).hasSize(EVENTS + PER_FRAME);
    for (int i = 0; i < EVENTS; i++) {
      assertThat(stored.get(i).key()).isEqualTo(("d" + i % 7).getBytes(UTF_8));
      assertThat(DoorsTest.lastLong(stored.get(i).value())).isEqualTo(i);
    }
    List<ConsumerRecord<byte[], byte[]>> dead = Topics.read("dead." + stream);
    assertThat(dead.stream().map(one -> header(one, "code") + " " + header(one, "detail")).toList())
        .isEqualTo(expected);
    List<Object> lost = new ArrayList<>(mixed.stream().filter(format.bad::containsKey).toList());
    lost.addAll(bad);
    for (int i = 0; i < lost.size(); i++) {
      assertThat(dead.get(i).value()).isEqualTo(format.event(lost.get(i)));
      assertThat(header(dead.get(i), "door"))
          .isEqualTo(door.name().toLowerCase(Locale.ROOT).replace("rsocket_websocket", "rsocket"));
    }
  }

  private static List<Object> good(int from) {
    List<Object> events = new ArrayList<>();
    for (int i = from; i < from + PER_FRAME; i++) {
      events.add(Map.of("device", "d" + i % 7, "n", i));
    }
    return events;
  }

  private static void assertRejected(
      JsonNode answer,
      int accepted,
      List<Object> events,
      String stream,
      Format format,
      List<String> dead) {
    assertThat(answer.path("accepted").asInt()).isEqualTo(accepted);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      String why = format.bad.get(events.get(i));
      if (why != null) {
        String said = why.formatted(stream);
        expected.add(i + " " + said);
        dead.add(said.replaceFirst("^(\\S+) \\S+ ", "$1 "));
      }
    }
    List<String> rejected = new ArrayList<>();
    answer
        .path("rejected")
        .forEach(
            one ->
                rejected.add(
                    one.path("index").asInt()
                        + " "
                        + one.path("code").asString()
                        + " "
                        + one.path("field").asString("null")
                        + " "
                        + one.path("detail").asString()));
    assertThat(rejected).isEqualTo(expected);
  }

  /** Over HTTP the problem is the answer. */
  private static String code(JsonNode answer) {
    return answer.path("problem").path("code").asString(answer.path("code").asString(""));
  }

  private static String header(ConsumerRecord<byte[], byte[]> one, String name) {
    return new String(one.headers().lastHeader(name).value(), UTF_8);
  }
}
