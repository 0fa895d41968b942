package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import dev.sluice.engine.tail.Follower;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.Tails;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The feeds that there are, and which of them compute the same. Any thread. */
final class Feeds implements RunningQueries {
  private final Tails tails;
  private final Consumer<Feed> onTail;
  private final QuerySettings.Crowd most;
  private final Map<Feed, Follower> running = new ConcurrentHashMap<>();
  private final Families families = new Families();
  private int subscribers;

  /**
   * @param onTail called when there is something new on the tail that a feed follows
   * @param most of them, and of their subscribers, at a time
   */
  Feeds(Tails tails, QuerySettings.Crowd most, Consumer<Feed> onTail) {
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
    return families.feeds(query.key()).stream()
        .anyMatch(feed -> feed.wouldServe(query.range(), query.had()));
  }

  /**
   * Adds a subscriber to a feed that has every row that it wants, or to a new one.
   *
   * @param begin makes a feed
   * @return the new feed; null if there was one
   * @throws dev.sluice.model.problem.ProblemException QUERY_LIMIT, SUBSCRIBER_LIMIT
   */
  synchronized @Nullable Feed add(Subscriber subscriber, Prepared query, Supplier<Feed> begin) {
    Place had = query.had();
    requireFewSubscribers(query);
    for (Feed feed : families.feeds(query.key())) {
      if (feed.join(subscriber, query.range(), had)) {
        subscribers++;
        return null;
      }
    }
    requireFew(
        running.size(),
        most.maxQueries(),
        ProblemCode.QUERY_LIMIT,
        "different queries run: end one, or raise sluice.query.max-queries");
    Feed feed = begin.get();
    Follower follower = follower(feed);
    Tail tail = feed.tail();
    if (tail != null) {
      tail.follow(follower);
    }
    running.put(feed, follower);
    families.add(query, feed);
    feed.add(subscriber);
    subscribers++;
    return feed;
  }

  private void requireFewSubscribers(Prepared query) {
    requireFew(
        subscribers,
        most.maxSubscribers(),
        ProblemCode.SUBSCRIBER_LIMIT,
        "subscribers are here: ask another gateway, or raise sluice.query.max-subscribers");
    requireFew(
        families.feeds(query.key()).stream()
            .mapToInt(feed -> feed.computation().subscribers().size())
            .sum(),
        most.maxSubscribersPerQuery(),
        ProblemCode.SUBSCRIBER_LIMIT,
        "subscribers have this query: ask another gateway, or raise"
            + " sluice.query.max-subscribers-per-query");
  }

  private static void requireFew(int there, int most, ProblemCode code, String what) {
    if (there >= most) {
      throw Problem.of(code, "already " + there + " " + what).toException();
    }
  }

  private Follower follower(Feed feed) {
    return new Follower() {
      @Override
      public void wake() {
        onTail.accept(feed);
      }

      @Override
      public long place() {
        return feed.place();
      }
    };
  }

  /**
   * Lets another feed that computes the same take over the subscribers of this one, in its turn.
   */
  synchronized void merge(Feed feed) {
    if (families.kin(feed).stream().anyMatch(kin -> kin.adopt(feed))) {
      remove(feed);
    }
  }

  /** Ends the feed that nobody subscribes to any more. */
  synchronized void leave(Subscriber subscriber) {
    Feed feed = subscriber.feed();
    if (feed == null) {
      return;
    }
    subscribers--;
    feed.computation().subscribers().remove(subscriber);
    if (feed.computation().subscribers().isEmpty()) {
      remove(feed);
    }
  }

  synchronized void remove(Feed feed) {
    feed.close();
    Follower follower = running.remove(feed);
    if (follower == null) {
      return;
    }
    families.remove(feed);
    Tail tail = feed.tail();
    if (tail != null) {
      tail.unfollow(follower);
      tails.release(tail);
    }
  }

  /** Those that compute what is asked for. */
  synchronized List<Feed> of(Prepared query) {
    return List.copyOf(families.feeds(query.key()));
  }

  @Override
  public List<RunningQuery> runningQueries() {
    return families().stream().map(Families.Members::status).toList();
  }

  private synchronized List<Families.Members> families() {
    return families.all();
  }

  @Override
  public @Nullable RunningQuery runningQuery(String id) {
    Families.Members found = family(id);
    return found == null ? null : found.status();
  }

  private synchronized Families.@Nullable Members family(String id) {
    return families.find(id);
  }

  @Override
  public boolean delete(String id) {
    Families.Members found = family(id);
    if (found == null) {
      return false;
    }
    for (Feed feed : found.feeds()) {
      feed.endForGood(
          Problem.of(
              ProblemCode.QUERY_DELETED,
              "the query " + id + " was ended by DELETE /v1/queries: ask anew if it is wanted"));
      remove(feed);
    }
    return true;
  }
}
