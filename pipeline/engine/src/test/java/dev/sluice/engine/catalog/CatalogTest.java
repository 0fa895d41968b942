package dev.sluice.engine.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.EmbeddedPostgres;
import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class CatalogTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final RecordingLog LOG = new RecordingLog();
  private static Catalog catalog;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @AfterEach
  void bringTheLogBack() {
    LOG.away = false;
  }

  @Test
  void aDeclaredStreamIsShownWithItsSchema() {
    StreamDefinition stream = stream("declared", "");

    Declared declared = declare(stream);

    assertThat(declared.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(declared.stream().definition()).isEqualTo(stream);
    assertThat(declared.stream().schemaId()).isPositive();
    assertThat(declared.stream().created()).isBefore(Instant.now().plusSeconds(60));
    assertThat(catalog.find("declared")).isEqualTo(declared.stream());
    assertThat(catalog.all()).contains(declared.stream());
    assertThat(LOG.calls).contains("create declared");
  }

  @Test
  void theSameAgainIsUnchanged() {
    Declared first = declare(stream("again", ""));

    Declared second = declare(stream("again", ""));

    assertThat(second.outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(second.stream()).isEqualTo(first.stream());
  }

  @Test
  void theGenerationGrowsWithAChangeOfResultsOnly() {
    Declared first = declare(stream("changing", ""));

    Declared kept = declare(stream("changing", ", \"retention\": \"P1D\", \"max-skew\": \"PT2M\""));
    Declared other = declare(stream("changing", ", \"lateness\": \"PT9S\""));

    assertThat(kept.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(kept.stream().generation()).isEqualTo(first.stream().generation());
    assertThat(other.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(other.stream().generation()).isGreaterThan(first.stream().generation());
    assertThat(shown(catalog, "changing").definition().time().lateness())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void anIncompatibleChangeNamesTheReasonOfEachField() {
    declare(stream("stubborn", ""));

    Problem refusal =
        refusal(
            catalog.declare(
                StreamJson.parse(
                    "stubborn",
                    bytes(
                        """
                        {"fields": [{"name": "device", "type": "LONG"}, {"name": "ts", "type": "TIMESTAMP"},
                                    {"name": "fresh", "type": "LONG"}],
                         "key": "device", "time": "ts", "partitions": 7}
                        """))));

    assertThat(refusal.code()).isEqualTo(ProblemCode.STREAM_INCOMPATIBLE);
    assertThat(refusal.reasons())
        .containsOnlyKeys("device", "fresh", "id", "partitions")
        .containsEntry("partitions", "partitions is 6 and cannot become 7")
        .containsEntry(
            "device",
            "device is a STRING and cannot become a LONG: only a LONG can be widened, to a DOUBLE; add a field of another name")
        .containsEntry(
            "fresh",
            "fresh is new, and events so far have no value of it: make it nullable, or give it a default");
    assertThat(refusal.detail()).contains("fresh is new").contains("partitions is 6");
    assertThat(shown(catalog, "stubborn").definition()).isEqualTo(stream("stubborn", ""));
  }

  @Test
  void eachChangeOfFieldsIsAVersionThatStays() {
    CatalogStream first = declare(evolved("grown", "")).stream();
    CatalogStream second =
        declare(
            evolved("grown", ", {\"name\": \"note\", \"type\": \"STRING\", \"nullable\": true}"))
            .stream();
    // Back to what it was: the same schema, and no third version.
    CatalogStream third = declare(evolved("grown", "")).stream();

    assertThat(second.schemaId()).isNotEqualTo(first.schemaId());
    assertThat(second.generation()).isEqualTo(first.generation());
    assertThat(third).isEqualTo(first);
    assertThat(catalog.schemas("grown"))
        .extracting(SchemaVersion::id, SchemaVersion::version)
        .containsExactly(tuple(first.schemaId(), 1), tuple(second.schemaId(), 2));
    assertThat(catalog.find("grown", second.schemaId())).isEqualTo(second);
    assertThat(catalog.fields(third, second.schemaId())).isEqualTo(second.definition().fields());
    assertThat(catalog.fields(third, Integer.MAX_VALUE)).isNull();
  }

  @Test
  void whoHasNotHeardOfASchemaLearnsOfItWhenARecordHasIt() {
    CatalogStream before = declare(evolved("unheard", "")).stream();
    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      List<String> told = new CopyOnWriteArrayList<>();
      other.onChange(told::add);

      CatalogStream after =
          declare(evolved("unheard", ", {\"name\": \"x\", \"type\": \"LONG\", \"default\": 7}"))
              .stream();
      other.refresh();

      assertThat(other.fields(before, after.schemaId())).isEqualTo(after.definition().fields());
      assertThat(told).contains("unheard");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "v | {'name': 'v', 'type': 'STRING'}                     | only a LONG can be widened",
        "v | {'name': 'v', 'type': 'TIMESTAMP'}                  | only a LONG can be widened",
        "w | {'name': 'w', 'type': 'LONG'}                       | make it nullable, or give it a default",
        "n | {'name': 'n', 'type': 'LONG'}                       | must stay nullable",
        "d | {'name': 'd', 'type': 'LONG', 'default': 2}         | cannot change: it is 1",
        "r | {'name': 'r', 'type': 'LONG', 'nullable': true}     | keep that as an alias",
        "o | {'name': 'o', 'type': 'LONG', 'nullable': true}     | is what r was called before",
        "m | {'name': 'm', 'type': 'LONG', 'aliases': ['v', 'n']} | cannot be all of them",
      })
  void aChangeThatWouldLoseWhatIsInTheLogIsRefusedWithWhatToDo(
      String field, String changed, String reason) {
    if (catalog.find("careful") == null) {
      // As it was, and then what has come since.
      declare(careful("{'name': 'o', 'type': 'LONG', 'nullable': true}"));
      declare(
          careful(
              "{'name': 'r', 'type': 'LONG', 'nullable': true, 'aliases': ['o']},"
                  + " {'name': 'd', 'type': 'LONG', 'default': 1}"));
    }
    String kept =
        field.equals("r") || field.equals("o")
            ? ""
            : ", {'name': 'r', 'type': 'LONG', 'nullable': true, 'aliases': ['o']}";

    Problem refusal = refusal(catalog.declare(careful(changed + kept)));

    assertThat(refusal.code()).isEqualTo(ProblemCode.STREAM_INCOMPATIBLE);
    assertThat(refusal.reasons()).containsOnlyKeys(field);
    assertThat(refusal.reasons().get(field)).contains(reason);
  }

  private static StreamDefinition careful(String more) {
    String rest = more.replace('\'', '"');
    String own =
        (rest.contains("\"v\"") ? "" : ", {\"name\": \"v\", \"type\": \"LONG\"}")
            + (rest.contains("\"n\"")
                ? ""
                : ", {\"name\": \"n\", \"type\": \"LONG\", \"nullable\": true}");
    return evolved("careful", own + ", " + rest);
  }

  private static StreamDefinition evolved(String name, String more) {
    return StreamJson.parse(
        name,
        bytes(
            """
            {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}%s],
             "key": "device", "time": "ts"}
            """
                .formatted(more)));
  }

  @Test
  void aDeletedStreamIsGoneAndMayComeAnew() {
    Declared first = declare(stream("fleeting", ""));

    assertThat(catalog.delete("fleeting").block(SOON)).isTrue();
    assertThat(catalog.find("fleeting")).isNull();
    assertThat(LOG.calls).contains("delete fleeting");
    assertThat(catalog.delete("fleeting").block(SOON)).isFalse();

    Declared second = declare(stream("fleeting", ""));
    assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(second.stream().generation()).isGreaterThan(first.stream().generation());
    assertThat(second.stream().schemaId()).isEqualTo(first.stream().schemaId());
  }

  @Test
  void nothingIsDeclaredWithoutItsTopics() {
    LOG.away = true;

    Problem refusal = refusal(catalog.declare(stream("topicless", "")));

    assertThat(refusal.code()).isEqualTo(ProblemCode.LOG_UNAVAILABLE);
    assertThat(catalog.find("topicless")).isNull();
    LOG.away = false;
    assertThat(declare(stream("topicless", "")).outcome()).isEqualTo(Outcome.CREATED);
  }

  @Test
  void aDeletionThatWasCutShortIsFinishedByTheNextDeclaration() {
    declare(stream("zombie", ""));
    LOG.away = true;
    assertThat(refusal(catalog.delete("zombie").then()).code())
        .isEqualTo(ProblemCode.LOG_UNAVAILABLE);
    assertThat(catalog.find("zombie")).isNull();
    LOG.away = false;
    LOG.calls.clear();

    Declared declared = declare(stream("zombie", ", \"partitions\": 2"));

    assertThat(declared.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(LOG.calls).containsSubsequence("delete zombie", "create zombie");
  }

  @Test
  void ofTwoDeclarationsAtOnceOneIsUnchanged() {
    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      for (int i = 0; i < 5; i++) {
        StreamDefinition stream = stream("raced_" + i, "");
        List<Declared> both =
            requireNonNull(
                Mono.zip(catalog.declare(stream), other.declare(stream))
                    .map(two -> List.of(two.getT1(), two.getT2()))
                    .block(SOON));

        assertThat(both)
            .extracting(Declared::outcome)
            .containsExactlyInAnyOrder(Outcome.CREATED, Outcome.UNCHANGED);
        assertThat(both.get(0).stream()).isEqualTo(both.get(1).stream());
      }
    }
  }

  @Test
  void anotherProcessLearnsOfEveryChange() {
    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      List<String> changes = new CopyOnWriteArrayList<>();
      other.onChange(
          name -> changes.add(name + (other.find(name) == null ? " is gone" : " is there")));

      declare(stream("rumour", ""));
      await().atMost(SOON).until(() -> changes.contains("rumour is there"));
      assertThat(other.find("rumour")).isEqualTo(catalog.find("rumour"));

      catalog.delete("rumour").block(SOON);
      await().atMost(SOON).until(() -> changes.contains("rumour is gone"));
    }
  }

  @Test
  void readsGoOnWhileTheDatabaseIsAwayAndChangesFailSoon() {
    Path directory = TestServers.directory("postgres-of-its-own");
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, "127.0.0.1", 0);
    int port = postgres.port();
    CatalogSettings settings = new CatalogSettings(postgres.url(), 2, Duration.ofSeconds(1));
    try (Catalog mine = Catalog.open(settings, LOG)) {
      Declared declared = requireNonNull(mine.declare(stream("lasting", "")).block(SOON));
      postgres.close();

      Instant begin = Instant.now();
      Problem refusal = refusal(mine.declare(stream("hopeless", "")));
      assertThat(refusal.code()).isEqualTo(ProblemCode.CATALOG_UNAVAILABLE);
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
      assertThat(mine.find("lasting")).isEqualTo(declared.stream());
      await().atMost(SOON).until(() -> !mine.isListening());

      postgres = EmbeddedPostgres.start(directory, "127.0.0.1", port);
      await().atMost(Duration.ofSeconds(60)).until(mine::isListening);
      assertThat(requireNonNull(mine.declare(stream("hopeless", "")).block(SOON)).outcome())
          .isEqualTo(Outcome.CREATED);
    } finally {
      postgres.close();
    }
  }

  @Test
  void whatChangedWhileNotListeningIsReadAfterwards() {
    declare(stream("before", ""));

    try (Catalog later = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      assertThat(later.find("before")).isEqualTo(catalog.find("before"));
    }
  }

  private static StreamDefinition stream(String name, String more) {
    return StreamJson.parse(
        name,
        bytes(
            """
            {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
                        {"name": "ts", "type": "TIMESTAMP"}],
             "key": "device", "time": "ts", "id": "seq"%s}
            """
                .formatted(more)));
  }

  private static Declared declare(StreamDefinition stream) {
    return requireNonNull(catalog.declare(stream).block(SOON));
  }

  private static CatalogStream shown(Catalog catalog, String name) {
    return requireNonNull(catalog.find(name));
  }

  private static Problem refusal(Mono<?> change) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> change.block(SOON));
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
