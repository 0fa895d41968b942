package dev.sluice.engine.query;

import dev.sluice.engine.log.Fates;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of the records that a query has read since its start. Each is counted once, by the
 * first that applies:
 *
 * <pre>read = undecodable + outside + duplicate + filtered + late + counted</pre>
 */
final class Accounting {
  long undecodable;
  long outside;
  long duplicate;
  long filtered;
  long late;
  long counted;

  long read() {
    return undecodable + outside + duplicate + filtered + late + counted;
  }

  /** A new one, of what both have read. */
  Accounting plus(Accounting other) {
    Accounting sum = new Accounting();
    sum.undecodable = undecodable + other.undecodable;
    sum.outside = outside + other.outside;
    sum.duplicate = duplicate + other.duplicate;
    sum.filtered = filtered + other.filtered;
    sum.late = late + other.late;
    sum.counted = counted + other.counted;
    return sum;
  }

  Fates fates() {
    return new Fates(undecodable, outside, duplicate, filtered, late, counted);
  }

  Map<String, Object> toMap() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("read", read());
    members.put("undecodable", undecodable);
    members.put("outside", outside);
    members.put("duplicate", duplicate);
    members.put("filtered", filtered);
    members.put("late", late);
    members.put("counted", counted);
    return members;
  }
}
