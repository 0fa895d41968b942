package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.Tails;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The feeds that there are, and which of them compute the same. Any thread. */
final class Feeds {
  private final Tails tails;
  private final Consumer<Feed> onTail;
  private final int most;
  private final Map<Feed, Runnable> running = new ConcurrentHashMap<>();
  private final Map<String, List<Feed>> families = new HashMap<>();

  /**
   * @param onTail called when there is something new on the tail that a feed follows
   * @param most feeds at a time
   */
  Feeds(Tails tails, int most, Consumer<Feed> onTail) {
    this.tails = tails;
    this.most = most;
    this.onTail = onTail;
  }

  Collection<Feed> all() {
    return running.keySet();
  }

  int size() {
    return running.size();
  }

  /** Whether somebody who asks for this would get it from a feed that has begun. */
  synchronized boolean serve(Prepared query) {
    return families.getOrDefault(query.key(), List.of()).stream()
        .anyMatch(feed -> feed.wouldServe(query.range(), query.had()));
  }

  /**
   * Adds a subscriber to a feed that has every row that it wants, or to a new one.
   *
   * @param begin makes a feed
   * @return the new feed; null if there was one
   * @throws dev.sluice.model.problem.ProblemException QUERY_LIMIT
   */
  synchronized @Nullable Feed add(Subscriber subscriber, Prepared query, Supplier<Feed> begin) {
    Place had = query.had();
    for (Feed feed : families.getOrDefault(query.key(), List.of())) {
      if (feed.join(subscriber, query.range(), had)) {
        return null;
      }
    }
    if (running.size() >= most) {
      throw Problem.of(
              ProblemCode.QUERY_LIMIT,
              "already "
                  + running.size()
                  + " different queries run: end one, or raise sluice.query.max-queries")
          .toException();
    }
    Feed feed = begin.get();
    Runnable follower = () -> onTail.accept(feed);
    Tail tail = feed.tail();
    if (tail != null) {
      tail.follow(follower);
    }
    running.put(feed, follower);
    List<Feed> family = families.computeIfAbsent(query.key(), k -> new ArrayList<>());
    family.add(feed);
    family.forEach(kin -> kin.hasKin(family.size() > 1));
    feed.add(subscriber);
    return feed;
  }

  /**
   * Lets another feed that computes the same take over the subscribers of this one, in its turn.
   */
  synchronized void merge(Feed feed) {
    for (List<Feed> family : families.values()) {
      if (family.contains(feed)) {
        if (family.stream().anyMatch(kin -> kin != feed && kin.adopt(feed))) {
          remove(feed);
        }
        return;
      }
    }
  }

  /** Ends the feed that nobody subscribes to any more. */
  synchronized void leave(Subscriber subscriber) {
    Feed feed = subscriber.feed();
    if (feed == null) {
      return;
    }
    feed.computation().subscribers().remove(subscriber);
    if (feed.computation().subscribers().isEmpty()) {
      remove(feed);
    }
  }

  synchronized void remove(Feed feed) {
    feed.close();
    Runnable follower = running.remove(feed);
    if (follower == null) {
      return;
    }
    families
        .values()
        .removeIf(
            family -> {
              if (family.remove(feed)) {
                family.forEach(kin -> kin.hasKin(family.size() > 1));
              }
              return family.isEmpty();
            });
    Tail tail = feed.tail();
    if (tail != null) {
      tail.unfollow(follower);
      tails.release(tail);
    }
  }
}
