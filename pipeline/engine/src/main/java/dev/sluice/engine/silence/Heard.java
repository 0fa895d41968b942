package dev.sluice.engine.silence;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.engine.tail.Tails;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream has been heard.
 *
 * @param events so far, by any count that moves with each
 * @param watermarks of its partitions, ms of the epoch; {@link Long#MIN_VALUE} where there is none
 *     yet, {@link Long#MAX_VALUE} where it is not at the end and nothing is to be said of it
 */
@SuppressWarnings("ArrayRecordComponent") // a copy, never compared
public record Heard(CatalogStream stream, long events, long[] watermarks) {

  /** Whether silence is written into a stream: what others write, they write all of. */
  public static boolean isLive(CatalogStream stream) {
    return !stream.definition().time().historical() && stream.definition().source() == null;
  }

  /** The live streams that are read at the tail. */
  public static List<Heard> of(Tails tails) {
    Map<String, Heard> heard = new TreeMap<>();
    for (Tail tail : tails.active()) {
      Heard told = isLive(tail.stream()) ? of(tail) : null;
      if (told != null) {
        // Tails of two schemas of one stream have the same to say.
        heard.merge(tail.stream().definition().topic(), told, Heard::further);
      }
    }
    return List.copyOf(heard.values());
  }

  private static Heard further(Heard one, Heard other) {
    return one.stream.schemaId() > other.stream.schemaId() ? one : other;
  }

  private static @Nullable Heard of(Tail tail) {
    TailRing.Head head = tail.ring().head();
    return head == null ? null : new Heard(tail.stream(), head.events(), head.watermarks());
  }
}
