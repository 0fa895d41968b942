package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Avro's own reader and Jackson are the oracles. */
class FrameDecoderProperties {
  private static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();
  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final JsonMapper ESCAPING =
      JsonMapper.builder()
          .enable(tools.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  record Sample(StreamDefinition stream, List<Map<String, @Nullable Object>> events) {}

  @Property(tries = 500)
  void everyValueArrivesAsAvroReadsIt(@ForAll("samples") Sample sample, @ForAll Random random) {
    JsonMapper writer = random.nextBoolean() ? JACKSON : ESCAPING;
    byte[] frame =
        random.nextBoolean()
            ? writer.writerWithDefaultPrettyPrinter().writeValueAsBytes(shuffled(sample, random))
            : writer.writeValueAsBytes(shuffled(sample, random));
    DecodedFrame<byte[]> decoded = decode(sample.stream(), frame, FrameFormat.EITHER);
    assertThat(decoded.problem()).isNull();
    assertThat(decoded.rejected()).isEmpty();
    assertThat(decoded.events()).hasSameSizeAs(sample.events());
    for (int i = 0; i < sample.events().size(); i++) {
      Map<String, @Nullable Object> expected = new LinkedHashMap<>();
      expected.put("_ingested", NOW);
      expected.putAll(sample.events().get(i));
      assertThat(AvroOracle.read(sample.stream(), decoded.events().get(i))).isEqualTo(expected);
    }
  }

  @Property(tries = 3_000)
  void damagedFramesAreJsonWhereJacksonSaysSoAndNoEventIsLost(@ForAll("damaged") byte[] frame) {
    DecodedFrame<byte[]> decoded = decode(Streams.readings(), frame, FrameFormat.JSON);
    JsonNode tree = tree(frame);
    Problem problem = decoded.problem();
    String shown = new String(frame, UTF_8);
    if (tree == null) {
      assertThat(Objects.requireNonNull(problem, shown).code())
          .isIn(ProblemCode.FRAME_NOT_JSON, ProblemCode.FRAME_EMPTY);
      assertThat(decoded.events()).isEmpty();
    } else {
      assertThat(problem).as(shown).isNull();
      assertThat(decoded.events().size() + decoded.rejected().size())
          .isEqualTo(tree.isArray() ? tree.size() : 1);
      decoded.events().forEach(value -> AvroOracle.read(Streams.readings(), value));
      assertThat(decoded.rejected()).allMatch(rejection -> rejection.code().isEventCode());
    }
  }

  @Property(tries = 2_000)
  void anyBytesHaveADefinedOutcome(
      @ForAll byte[] bytes, @ForAll FrameFormat format, @ForAll("damaged") byte[] damaged) {
    for (byte[] frame : List.of(bytes, damaged)) {
      DecodedFrame<byte[]> decoded = decode(Streams.readings(), frame, format);
      if (decoded.problem() != null) {
        assertThat(decoded.events()).isEmpty();
        assertThat(decoded.rejected()).isEmpty();
      }
      assertThat(decoded.rejected()).allMatch(rejection -> rejection.code().isEventCode());
    }
  }

  @Property(tries = 2_000)
  void doublesAreRoundedAsJavaRoundsThem(@ForAll("numbers") String number) {
    byte[] frame = ("{\"x\":" + number + "}").getBytes(UTF_8);
    StreamDefinition stream =
        Streams.stream(
            List.of(new Field("x", FieldType.DOUBLE, false)), null, null, UnknownFields.REJECT);
    DecodedFrame<byte[]> decoded = decode(stream, frame, FrameFormat.JSON);
    double expected = Double.parseDouble(number);
    if (Double.isInfinite(expected)) {
      assertThat(decoded.rejected()).hasSize(1);
    } else {
      assertThat(AvroOracle.read(stream, decoded.events().get(0))).containsEntry("x", expected);
    }
  }

  @Provide
  Arbitrary<String> numbers() {
    Arbitrary<String> written = Arbitraries.doubles().map(d -> Double.toString(d));
    Arbitrary<String> digits =
        Combinators.combine(
                Arbitraries.of("", "-"),
                Arbitraries.of(
                    "0", "1", "9", "123456", "9007199254740993", "1234567890123456789012"),
                Arbitraries.of(
                    "", ".0", ".5", ".000001", ".123456789012345678", ".10000000000000000000001"),
                Arbitraries.of(
                    "", "e0", "E22", "e-22", "e+23", "e-320", "e308", "e309", "E-999999999999"))
            .as((sign, whole, fraction, exponent) -> sign + whole + fraction + exponent);
    return Arbitraries.oneOf(written.filter(s -> !s.contains("N") && !s.contains("I")), digits);
  }

  @Provide
  Arbitrary<Sample> samples() {
    Arbitrary<List<Field>> fields =
        Combinators.combine(Arbitraries.of(FieldType.class), Arbitraries.of(true, false))
            .as((type, nullable) -> new Field("f", type, nullable))
            .list()
            .ofMinSize(1)
            .ofMaxSize(12)
            .map(FrameDecoderProperties::numbered);
    return fields.flatMap(
        list -> {
          StreamDefinition stream = Streams.stream(list, null, null, UnknownFields.REJECT);
          return event(list).list().ofMaxSize(5).map(events -> new Sample(stream, events));
        });
  }

  private static List<Field> numbered(List<Field> fields) {
    List<Field> named = new ArrayList<>();
    for (Field field : fields) {
      // Names of which some begin as others do, or differ in one letter.
      named.add(
          new Field(
              "f" + "a".repeat(named.size() % 3) + named.size(), field.type(), field.nullable()));
    }
    return named;
  }

  private static Arbitrary<Map<String, @Nullable Object>> event(List<Field> fields) {
    List<Arbitrary<Object>> values = fields.stream().map(FrameDecoderProperties::value).toList();
    return Combinators.combine(values)
        .as(
            drawn -> {
              Map<String, @Nullable Object> event = new LinkedHashMap<>();
              for (int i = 0; i < drawn.size(); i++) {
                event.put(fields.get(i).name(), drawn.get(i));
              }
              return event;
            });
  }

  private static Arbitrary<Object> value(Field field) {
    Arbitrary<Object> values =
        switch (field.type()) {
          case STRING -> Arbitraries.strings().filter(FrameDecoderProperties::isText).map(s -> s);
          case LONG -> Arbitraries.longs().map(n -> n);
          case DOUBLE -> Arbitraries.doubles().map(d -> d);
          case BOOLEAN -> Arbitraries.of(true, false).map(b -> b);
          case TIMESTAMP ->
              Arbitraries.longs().between(InstantText.LEAST, InstantText.MOST).map(n -> n);
        };
    return field.nullable() ? values.injectNull(0.2) : values;
  }

  private static boolean isText(String text) {
    return new String(text.getBytes(UTF_8), UTF_8).equals(text);
  }

  /** A frame of good and bad events, some bytes of which are others, gone, or there twice. */
  @Provide
  Arbitrary<byte[]> damaged() {
    String[] parts = {
      "{\"device\":\"a\",\"seq\":1,\"ts\":0,\"temperature\":-1.5e1}",
      "{\"device\":\"b\\u0062\\n\",\"seq\":-12,\"ts\":\"2026-11-20T12:00:00Z\",\"note\":null}",
      "{\"x\":[{},[],{\"y\":[true,false,null,\"\\\"\"]}]}",
      "{}",
      "17",
    };
    Arbitrary<List<String>> events = Arbitraries.of(parts).list().ofMaxSize(4);
    Arbitrary<Integer> edits = Arbitraries.integers().between(0, 3);
    return Combinators.combine(events, edits, Arbitraries.randomValue(Random::nextLong))
        .as(
            (chosen, count, seed) -> {
              StringBuilder json = new StringBuilder("[" + String.join(", ", chosen) + "]");
              Random random = new Random(seed);
              for (int i = 0; i < count && !json.isEmpty(); i++) {
                damage(json, random);
              }
              return json.toString().getBytes(UTF_8);
            });
  }

  private static void damage(StringBuilder json, Random random) {
    String bytes = "{}[],:\"\\ntfue019-+.E \n\t\u0001";
    char c = bytes.charAt(random.nextInt(bytes.length()));
    int at = random.nextInt(json.length());
    switch (random.nextInt(4)) {
      case 0 -> json.setCharAt(at, c);
      case 1 -> json.insert(at, c);
      case 2 -> json.deleteCharAt(at);
      default -> json.setLength(at);
    }
  }

  private static List<Map<String, @Nullable Object>> shuffled(Sample sample, Random random) {
    List<Map<String, @Nullable Object>> events = new ArrayList<>();
    for (Map<String, @Nullable Object> event : sample.events()) {
      List<String> names = new ArrayList<>(event.keySet());
      if (random.nextBoolean()) {
        Collections.shuffle(names, random);
      }
      Map<String, @Nullable Object> shuffled = new LinkedHashMap<>();
      for (String name : names) {
        if (event.get(name) != null || random.nextBoolean()) {
          shuffled.put(name, event.get(name));
        }
      }
      events.add(shuffled);
    }
    return events;
  }

  private static @Nullable JsonNode tree(byte[] frame) {
    try {
      JsonNode tree = JACKSON.readTree(frame);
      return tree.isMissingNode() ? null : tree;
    } catch (JacksonException notJson) {
      return null;
    }
  }

  private static DecodedFrame<byte[]> decode(
      StreamDefinition stream, byte[] frame, FrameFormat format) {
    return new FrameDecoder(stream, AvroOracle.SCHEMA_ID, FrameBounds.DEFAULT)
        .decode(frame, format, NOW, (time, key, value) -> value);
  }
}
