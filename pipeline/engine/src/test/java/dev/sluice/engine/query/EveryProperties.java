package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.RandomLogs.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Subscribers of one computation, each with an every of its own. Batches come 1 ms apart. */
class EveryProperties {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<String> WINDOWS =
      List.of(
          "TUMBLE(ts, INTERVAL '0.020' SECOND)",
          "HOP(ts, INTERVAL '0.007' SECOND, INTERVAL '0.020' SECOND)",
          "SESSION(ts, INTERVAL '0.004' SECOND)");

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 20);
  }

  @Property(tries = 60)
  void everyoneHasTheSameInTheEndAndNobodyMoreOftenThanAsked(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 0, max = 2) int window,
      @ForAll @IntRange(min = 0, max = 2) int least,
      @ForAll @IntRange(min = 2, max = 6) int every) {
    String sql =
        "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY %s, k HAVING COUNT(*) > %d"
            .formatted(WINDOWS.get(window), least);
    Map<Long, Reader> readers = new HashMap<>();
    List<Long> paces = List.of(1L, (long) every, 10L);
    MemoryLog log = RandomLogs.log(entries, 2);
    paces.forEach(pace -> readers.put(pace, new Reader(pace, entries.size())));

    log.query(sql, true)
        .run(paces, log.readAll(), (pace, now, event) -> readers.get(pace).hear(now, event));

    Reader quick = readers.get(1L);
    for (Reader reader : readers.values()) {
      assertThat(reader.answer.rows).isEqualTo(quick.answer.rows);
      assertThat(reader.standing()).containsExactlyInAnyOrderElementsOf(quick.standing());
      assertThat(reader.tooSoon).isEmpty();
    }
  }

  private static final class Reader {
    private final long every;
    private final Answer answer = new Answer();
    private final Map<String, Long> toldAt = new HashMap<>();
    private final List<String> tooSoon = new ArrayList<>();
    private final long last;

    /**
     * @param last when it ends: what is still open then is told at once
     */
    Reader(long every, long last) {
      this.every = every;
      this.last = last;
    }

    void hear(long now, QueryEvent event) {
      int told = answer.told.size();
      answer.add(event);
      for (String text : answer.told.subList(told, answer.told.size())) {
        JsonNode row = JSON.readTree(text);
        if (event.kind() == Kind.UPDATE && !row.has("deleted")) {
          Long before = toldAt.put(RandomLogs.name(row), now);
          if (before != null && now < last && now - before < every) {
            tooSoon.add(text);
          }
        }
      }
    }

    /** A slow reader may be told that a row is gone which has come and gone in between. */
    Collection<String> standing() {
      return RandomLogs.standing(answer, unseen -> {});
    }
  }
}
