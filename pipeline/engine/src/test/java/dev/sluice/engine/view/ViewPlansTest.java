package dev.sluice.engine.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.SourceRead;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.stream.ViewSource;
import dev.sluice.model.stream.ViewSource.Kind;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewPlansTest {
  private static final int PARTITIONS = 4;
  private static final String BY_DEVICE =
      "SELECT device, COUNT(*) AS n, AVG(temperature) AS t FROM readings"
          + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";
  private static final String TOTAL = "SELECT device, COUNT(*) AS n FROM readings GROUP BY device";

  private final Known known = new Known();

  /** Streams, and views as they come to be defined. */
  private static final class Known implements Streams {
    private final Map<String, CatalogStream> streams = new TreeMap<>();
    private final ViewPlans plans = new ViewPlans(this, ViewSettings.DEFAULT);

    Known() {
      add(stream("readings", ", \"partitions\": 6"));
      add(stream("recording", ", \"historical\": true"));
    }

    private static StreamDefinition stream(String name, String more) {
      return StreamJson.parse(
          name,
          ("{\"fields\": [{\"name\": \"device\", \"type\": \"STRING\"},"
                  + " {\"name\": \"seq\", \"type\": \"LONG\"},"
                  + " {\"name\": \"ts\", \"type\": \"TIMESTAMP\"},"
                  + " {\"name\": \"busId\", \"type\": \"STRING\", \"nullable\": true},"
                  + " {\"name\": \"temperature\", \"type\": \"DOUBLE\", \"nullable\": true}],"
                  + " \"time\": \"ts\""
                  + more
                  + "}")
              .getBytes(StandardCharsets.UTF_8));
    }

    void add(StreamDefinition stream) {
      streams.put(stream.name(), new CatalogStream(stream, 1, 1, Instant.EPOCH));
    }

    StreamDefinition define(String name, String sql) {
      ViewDefinition view = view(name, sql);
      StreamDefinition result = ViewStream.of(view, plans.plan(view), PARTITIONS);
      add(result);
      return result;
    }

    @Override
    public @Nullable CatalogStream find(String name) {
      return streams.get(name);
    }

    @Override
    public Collection<CatalogStream> all() {
      return streams.values();
    }

    @Override
    public void onChange(Consumer<String> listener) {}
  }

  private static ViewDefinition view(String name, String sql) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(1), true);
  }

  private ViewPlan plan(String sql) {
    return known.plans.plan(view("v", sql));
  }

  private Problem refusal(ViewDefinition view) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> known.plans.plan(view));
    assertThat(refusal).as(view.sql()).isNotNull();
    return refusal.problem();
  }

  private Problem refusal(String sql) {
    return refusal(view("v", sql));
  }

  @Test
  void aViewOfWindowsHasTheirEdgesAndItsGroupsAsKey() {
    ViewPlan plan = plan(BY_DEVICE);

    assertThat(plan.kind()).isEqualTo(Kind.WINDOWED);
    assertThat(plan.fields())
        .extracting(Field::name, Field::type, Field::nullable)
        .containsExactly(
            tuple("window_start", FieldType.TIMESTAMP, false),
            tuple("window_end", FieldType.TIMESTAMP, false),
            tuple("device", FieldType.STRING, false),
            tuple("n", FieldType.LONG, false),
            tuple("t", FieldType.DOUBLE, true));
    assertThat(plan.key()).containsExactly(0, 1, 2);
  }

  @Test
  void whereAGroupIsNotListedRowsHaveNoKey() {
    assertThat(
            plan("SELECT COUNT(*) AS n FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), device")
                .key())
        .isEmpty();
    assertThat(plan("SELECT device FROM readings").key()).isEmpty();
    assertThat(plan("SELECT COUNT(*) AS n FROM readings").key()).isEmpty();
    assertThat(refusal("SELECT COUNT(*) AS n FROM readings GROUP BY device").code())
        .isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
  }

  @Test
  void rowsOfWindowsGoByTheirTimesAlone() {
    StreamDefinition result = known.define("by_device", BY_DEVICE);

    assertThat(result.topic()).isEqualTo("view.by_device");
    assertThat(result.view()).isEqualTo(new ViewSource(Kind.WINDOWED, false, true));
    assertThat(result.time().field()).isEqualTo("window_end");
    assertThat(result.time().historical()).isTrue();
    assertThat(result.time().lateness()).isZero();
    assertThat(result.storage().partitions()).isEqualTo(PARTITIONS);
    assertThat(result.ageless()).isFalse();
    assertThat(result.isCompacted()).isFalse();
  }

  @Test
  void rowsOfEventsAreAStreamAsThatWhichTheyAreOf() {
    StreamDefinition result =
        known.define("warm", "SELECT ts AS at_, device FROM readings WHERE temperature > 20");

    assertThat(result.view()).isEqualTo(new ViewSource(Kind.DERIVED, false, false));
    assertThat(result.time().field()).isEqualTo("at_");
    assertThat(result.time().historical()).isFalse();
    assertThat(result.time().lateness()).isEqualTo(StreamJson.DEFAULT_LATENESS);
    assertThat(result.storage().partitions()).isEqualTo(6);
    assertThat(known.define("timeless", "SELECT device FROM readings").time().field()).isNull();
  }

  @Test
  void rowsOfARunningTotalTakeEachOthersPlace() {
    StreamDefinition result = known.define("total", TOTAL);

    assertThat(result.view()).isEqualTo(new ViewSource(Kind.TOTAL, false, false));
    assertThat(result.isCompacted()).isTrue();
    assertThat(result.ageless()).isTrue();
  }

  @Test
  void whatIsOfARecordingIsKeptHoweverOldItIs() {
    assertThat(known.define("of_recording", BY_DEVICE.replace("readings", "recording")).ageless())
        .isTrue();
    assertThat(
            known
                .define(
                    "of_that",
                    "SELECT MAX(n) AS n FROM of_recording"
                        + " GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)")
                .ageless())
        .isTrue();
  }

  @Test
  void theResultIsWrittenAndReadAsItIs() {
    StreamDefinition result = known.define("by_device", BY_DEVICE);

    byte[] json = StreamJson.toJson(result).toString().getBytes(StandardCharsets.UTF_8);

    assertThat(StreamJson.parse(null, json)).isEqualTo(result);
  }

  @Test
  void aViewOnAViewIsByTheEndOfItsWindows() {
    known.define("by_device", BY_DEVICE);
    String sql =
        "SELECT TUMBLE_START(window_end, INTERVAL '1' MINUTE) AS minute_, MAX(n) AS most"
            + " FROM by_device GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)";

    ViewPlan plan = plan(sql);

    assertThat(plan.kind()).isEqualTo(Kind.WINDOWED);
    assertThat(plan.plan().stream().name()).isEqualTo("by_device");
    known.define("late_ones", "SELECT window_end, n FROM by_device WHERE n > 1");
    ViewPlan third = plan(sql.replace("by_device", "late_ones"));
    assertThat(third.plan().stream().view()).isEqualTo(new ViewSource(Kind.DERIVED, false, true));
  }

  @Test
  void unknownNamesAreToldWithTheirPlaceAndTheNearest() {
    Problem stream = refusal("SELECT *\n FROM reedings");
    assertThat(stream.code()).isEqualTo(ProblemCode.QUERY_UNKNOWN_TABLE);
    assertThat(stream.detail()).contains("did you mean readings?");
    assertThat(stream.line()).isEqualTo(2);
    assertThat(stream.column()).isEqualTo(7);

    Problem column = refusal("SELECT temprature FROM readings");
    assertThat(column.code()).isEqualTo(ProblemCode.QUERY_UNKNOWN_COLUMN);
    assertThat(column.detail()).contains("did you mean temperature?");
    assertThat(column.column()).isEqualTo(8);
  }

  @Test
  void aViewOfItselfIsRefusedWhetherItIsThereOrNot() {
    Problem unborn = refusal(view("mine", "SELECT n FROM mine"));
    assertThat(unborn.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(unborn.detail()).contains("would read itself");
    assertThat(unborn.column()).isEqualTo(15);

    known.define("mine", BY_DEVICE);
    assertThat(refusal(view("mine", "SELECT n FROM (SELECT n FROM MINE)")).code())
        .isEqualTo(ProblemCode.VIEW_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BY_DEVICE + " ORDER BY n DESC LIMIT 3",
        BY_DEVICE + " ORDER BY n",
        "SELECT device FROM readings LIMIT 5",
        "SELECT MAX(n) AS n FROM (SELECT TUMBLE_END(ts, INTERVAL '1' SECOND) AS window_end,"
            + " COUNT(*) AS n FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' SECOND))"
            + " GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)",
        "SELECT device FROM readings UNION ALL SELECT device FROM recording",
        "EXPLAIN SELECT device FROM readings",
        "EXPLAIN PLAN FOR SELECT device FROM readings",
        "SELECT device FROM readings; SELECT seq FROM readings",
        "SELECT a.device FROM readings a JOIN recording b ON a.device = b.device",
        "INSERT INTO readings (device) VALUES ('a')",
        "DROP TABLE readings",
        "SELECT ARRAY[1, 2] AS a FROM readings",
        "SELECT MAP['a', 1] AS m FROM readings",
        "SELECT INTERVAL '1' DAY AS i FROM readings",
        "SELECT CURRENT_TIMESTAMP AS now_ FROM readings"
      })
  void whatNeedsAThirdStageOrHasNoColumnOfPostgresIsRefused(String sql) {
    assertThat(refusal(sql).code()).as(sql).isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT SUM(n) AS s FROM total",
        "SELECT DISTINCT device FROM total",
        "SELECT device FROM total WHERE n > 5",
        "SELECT s FROM (SELECT SUM(n) AS s FROM total)"
      })
  void aRunningTotalIsReadAsItIsAndNotAggregated(String sql) {
    known.define("total", TOTAL);

    Problem refusal = refusal(sql);

    assertThat(refusal.code()).isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
    assertThat(refusal.detail()).contains("total, a running total");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT _partition FROM readings | _partition",
        "SELECT _offset, device FROM readings | _offset",
        "SELECT device AS \"_time\" FROM readings | _time",
        "SELECT device AS \"two words\" FROM readings | two words",
        "SELECT device AS \"a\"\"; DROP TABLE sluice.streams; --\" FROM readings"
            + " | a\"; DROP TABLE sluice.streams; --",
        "SELECT device AS \"größe\" FROM readings | größe",
        "SELECT device AS \"1st\" FROM readings | 1st",
        "SELECT device AS \"select\" FROM readings | select",
        "SELECT device AS \"user\" FROM readings | user",
        "SELECT ts AS \"time\" FROM readings | time",
        "SELECT seq AS xmin FROM readings | xmin",
        "SELECT seq AS ctid FROM readings | ctid",
        "SELECT seq AS a123456789b123456789c123456789d123456789e123456789f123456789g123 FROM readings"
            + " | a123456789b123456789c123456789d123456789e123456789f123456789g123",
        "SELECT seq AS \"N\", device AS n FROM readings | n",
        "SELECT busId FROM readings | busId"
      })
  void namesThatPostgresCannotHaveAreRefused(String sql, String name) {
    Problem refusal =
        refusal(new ViewDefinition("v", sql, Late.COUNT, Duration.ofDays(1), !name.equals("n")));

    assertThat(refusal.code()).as(refusal.detail()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refusal.field()).isEqualTo(name);
  }

  @Test
  void upperCaseIsForViewsWithoutATable() {
    ViewDefinition view =
        new ViewDefinition(
            "v", "SELECT busId FROM readings", Late.COUNT, Duration.ofDays(1), false);

    assertThat(known.plans.plan(view).fields()).extracting(Field::name).containsExactly("busId");
    assertThat(refusal("SELECT busId FROM readings").detail()).contains("busid, by AS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"select", "user", "window", "order", "time", "values"})
  void aViewCannotBeCalledByAReservedWord(String name) {
    Problem refusal = refusal(view(name, BY_DEVICE));

    assertThat(refusal.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refusal.field()).isEqualTo("name");
  }

  @Test
  void tooManyWindowsOfAnEventAreRefused() {
    assertThat(
            refusal(
                    "SELECT COUNT(*) AS n FROM readings"
                        + " GROUP BY HOP(ts, INTERVAL '0.001' SECOND, INTERVAL '1' DAY)")
                .code())
        .isEqualTo(ProblemCode.QUERY_WINDOW_LIMIT);
  }

  @Test
  void aLiteralIsAValueWhateverItSays() {
    String sql = "SELECT '''); DROP SCHEMA sluice CASCADE; --' AS note FROM readings";

    assertThat(plan(sql).fields()).extracting(Field::type).containsExactly(FieldType.STRING);
  }

  @Test
  void aViewWhoseColumnsAreOthersThanItWasMadeWithSaysSo() {
    ViewDefinition definition = view("kept", "SELECT device FROM readings");
    StreamDefinition other = known.define("other", "SELECT device, seq FROM readings");
    CatalogView stale =
        new CatalogView(
            definition,
            new SourceRead("readings", SourceRead.ANY, null),
            new CatalogStream(other, 1, 1, Instant.EPOCH));

    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> known.plans.of(stale));

    assertThat(refusal.problem().code()).isEqualTo(ProblemCode.VIEW_INVALID);
  }
}
