package dev.sluice.engine.query;

import dev.sluice.engine.plan.PlanText;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.RunningQuery.Asked;
import dev.sluice.engine.resume.TokenCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The feeds that there are, by what they compute. Those of one family compute the same rows, each
 * from where it has begun. For use under one lock.
 */
final class Families {
  private static final int ID_DIGITS = 12;

  private final Map<String, Family> families = new HashMap<>();

  /** What a family computes, as it was first asked. */
  private record Family(String id, Asked asked, QueryPlan plan, List<Feed> feeds) {

    void tellKin() {
      feeds.forEach(feed -> feed.hasKin(feeds.size() > 1));
    }
  }

  /** A family as it was, to be looked at without the lock. */
  record Members(String id, Asked asked, QueryPlan plan, List<Feed> feeds) {

    RunningQuery status() {
      return new RunningQuery(
          id, asked, plan.sources(), PlanText.of(plan), feeds.stream().map(Feed::status).toList());
    }
  }

  /** The id by which a family is known from outside: the same whenever and wherever it runs. */
  static String id(String key) {
    return HexFormat.of().toHexDigits(TokenCodec.hash(key), ID_DIGITS);
  }

  List<Feed> feeds(String key) {
    Family family = families.get(key);
    return family == null ? List.of() : family.feeds;
  }

  void add(Prepared query, Feed feed) {
    Family family =
        families.computeIfAbsent(
            query.key(), key -> new Family(id(key), asked(query), query.plan(), new ArrayList<>()));
    family.feeds.add(feed);
    family.tellKin();
  }

  private static Asked asked(Prepared query) {
    return new Asked(
        query.manner().sql(),
        query.manner().changes() ? "changes" : "final",
        query.range().bounded() ? Instant.ofEpochMilli(query.range().to()) : null);
  }

  void remove(Feed feed) {
    Family family = families.get(feed.key());
    if (family != null && family.feeds.remove(feed)) {
      family.tellKin();
      if (family.feeds.isEmpty()) {
        families.remove(feed.key());
      }
    }
  }

  /** The others of its family; none if it is gone. */
  List<Feed> kin(Feed feed) {
    List<Feed> family = feeds(feed.key());
    return family.contains(feed)
        ? family.stream().filter(other -> other != feed).toList()
        : List.of();
  }

  List<Members> all() {
    return families.values().stream().map(Families::copy).toList();
  }

  @Nullable Members find(String id) {
    return families.values().stream()
        .filter(family -> family.id.equals(id))
        .findFirst()
        .map(Families::copy)
        .orElse(null);
  }

  private static Members copy(Family family) {
    return new Members(family.id, family.asked, family.plan, List.copyOf(family.feeds));
  }
}
