package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.LiveQuery;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Answers each SQL text with the events that the test has put there. */
final class ScriptedQueries implements LiveQueries {
  final AtomicInteger running = new AtomicInteger();
  final AtomicLong emitted = new AtomicLong();
  volatile @Nullable QueryRequest last;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();

  private record Script(boolean bounded, boolean finished, Flux<QueryEvent> events) {}

  void put(String sql, boolean bounded, Flux<QueryEvent> events) {
    scripts.put(sql, new Script(bounded, false, events));
  }

  void putFinished(String sql) {
    scripts.put(sql, new Script(true, true, Flux.empty()));
  }

  static QueryEvent event(QueryEvent.Kind kind, String sse, String ndjson, String json) {
    return new QueryEvent() {
      @Override
      public Kind kind() {
        return kind;
      }

      @Override
      public int rows() {
        return kind == Kind.ROW ? 1 : 0;
      }

      @Override
      public byte[] encoded(Format format) {
        String text =
            switch (format) {
              case SSE -> sse;
              case NDJSON, NDJSON_IDS -> ndjson;
              case JSON -> json;
            };
        return text.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  static QueryEvent row(int n) {
    return event(
        QueryEvent.Kind.ROW,
        "event: row\ndata: {\"n\":" + n + "}\n\n",
        "{\"row\":{\"n\":" + n + "}}\n",
        "[" + n + "]");
  }

  static final String ACCOUNTING =
      "{\"read\":3,\"undecodable\":0,\"outside\":0,\"duplicate\":0,\"filtered\":1,\"late\":0,\"counted\":2}";
  static final String END =
      "{\"reason\":\"to\",\"watermark\":null,\"positions\":{\"0\":3},\"accounting\":"
          + ACCOUNTING
          + "}";

  static QueryEvent end() {
    return event(
        QueryEvent.Kind.END, "event: end\ndata: " + END + "\n\n", "{\"end\":" + END + "}\n", END);
  }

  @Override
  public Mono<LiveQuery> open(QueryRequest request, ReadRights rights) {
    last = request;
    Script script = scripts.get(request.sql());
    if (script == null) {
      return Mono.error(
          Problem.at(ProblemCode.QUERY_SYNTAX, 1, 8, "not in the script").toException());
    }
    return Mono.<LiveQuery>fromSupplier(() -> query(script)).subscribeOn(Schedulers.parallel());
  }

  private LiveQuery query(Script script) {
    return new LiveQuery() {
      @Override
      public List<OutputColumn> columns() {
        return List.of(new OutputColumn("n", FieldType.LONG));
      }

      @Override
      public boolean bounded() {
        return script.bounded();
      }

      @Override
      public boolean finished() {
        return script.finished();
      }

      @Override
      public Flux<QueryEvent> events(QueryEvent.Format format, LongSupplier outbound) {
        return script
            .events()
            .doOnNext(event -> emitted.incrementAndGet())
            .doOnSubscribe(subscription -> running.incrementAndGet())
            .doFinally(signal -> running.decrementAndGet());
      }
    };
  }

  @Override
  public Mono<Map<Integer, Long>> watermarks(String stream) {
    return Mono.just(Map.of());
  }
}
