package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.BatchDecoder;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.Subscriber.Wants;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.ResumeToken;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.StreamDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stream's log without a broker: what is read from it, and in which order, is the test's. */
final class MemoryLog implements Streams {
  private static final int DEDUPE_CAPACITY = 100_000;
  private static final TokenCodec CODEC = new TokenCodec(new byte[32]);
  private static final Tokens TOKENS = new Tokens(CODEC, new Question(1, 1, Long.MAX_VALUE, false));
  private static final Map<Planned, PreparedQuery> PLANS = new ConcurrentHashMap<>();
  private static final BufferMeters METERS = new BufferMeters(new Flow(new SimpleMeterRegistry()));

  private final CatalogStream stream;
  private final FrameDecoder decoder;
  private final List<List<List<LogRecord>>> partitions = new ArrayList<>();

  MemoryLog(StreamDefinition definition) {
    stream = new CatalogStream(definition, 1, 1, Instant.EPOCH);
    decoder = new FrameDecoder(definition, 1, FrameBounds.DEFAULT);
    for (int p = 0; p < definition.storage().partitions(); p++) {
      partitions.add(new ArrayList<>());
    }
  }

  /** Appends JSON events, which will be read as one batch. */
  void send(int partition, String json) {
    DecodedFrame<LogRecord> frame =
        decoder.decode(
            json.getBytes(StandardCharsets.UTF_8),
            FrameFormat.JSON,
            0,
            (time, key, value) ->
                new LogRecord(stream.definition().topic(), partition, time, key, value, Map.of()));
    if (!frame.rejected().isEmpty() || frame.problem() != null) {
      throw new IllegalArgumentException(frame.toString());
    }
    partitions.get(partition).add(frame.events());
  }

  void punctuate(int partition, long watermark) {
    append(Punctuation.record(stream.definition().topic(), partition, watermark));
  }

  /** Appends a record of any kind. */
  void append(LogRecord record) {
    partitions.get(record.partition()).add(List.of(record));
  }

  /** Everything, one partition after the other. */
  List<EventBatch> readAll() {
    return inTurn(read(Long.MIN_VALUE));
  }

  static List<EventBatch> inTurn(List<List<EventBatch>> partitions) {
    return partitions.stream().flatMap(List::stream).toList();
  }

  /**
   * Reads each partition from its first record at or after a time.
   *
   * @return each partition's batches
   */
  List<List<EventBatch>> read(long from) {
    List<List<EventBatch>> read = new ArrayList<>();
    for (int p = 0; p < partitions.size(); p++) {
      List<LogRecord> records = partitions.get(p).stream().flatMap(List::stream).toList();
      int first = 0;
      while (first < records.size() && records.get(first).timestamp() < from) {
        first++;
      }
      read.add(batches(p, first));
    }
    return read;
  }

  private List<EventBatch> batches(int partition, int first) {
    BatchDecoder batchDecoder = new BatchDecoder(stream);
    PartitionScan scan =
        PartitionScan.start(stream.definition(), DEDUPE_CAPACITY, partition, first);
    List<EventBatch> batches = new ArrayList<>();
    int offset = 0;
    for (List<LogRecord> together : partitions.get(partition)) {
      batchDecoder.begin(scan, together.size());
      for (LogRecord record : together) {
        if (offset++ >= first) {
          batchDecoder.add(
              scan,
              offset - 1,
              record.timestamp(),
              record.key(),
              record.value(),
              record.headers().get(Punctuation.HEADER));
        }
      }
      if (offset > first) {
        batches.add(batchDecoder.end(scan));
      }
    }
    return batches;
  }

  /** A query, ready to be run any number of times. */
  Query query(String sql, boolean changes) {
    return query(plan(sql), changes);
  }

  /** The same, whose silent groups have rows. */
  Query query(String sql, boolean changes, @Nullable Fill fill) {
    PreparedQuery plain = plan(sql);
    return query(new PreparedQuery(plain.plan().filled(fill), plain.names()), changes);
  }

  /** Planned once, for all logs of a stream: planning takes longer than running it. */
  private PreparedQuery plan(String sql) {
    return PLANS.computeIfAbsent(
        new Planned(stream.definition(), sql), planned -> new SqlPlanner(this).plan(sql));
  }

  private record Planned(StreamDefinition stream, String sql) {}

  /** The same of one that was planned over an equal stream. */
  Query query(PreparedQuery query, boolean changes) {
    return new Query(query, changes);
  }

  /** Is told what a subscriber is told. */
  interface PacedReader {
    void accept(long everyMs, long nowMs, QueryEvent event);
  }

  final class Query {
    private final PreparedQuery query;
    private final boolean changes;
    private final RowEncoder encoder;

    Query(PreparedQuery query, boolean changes) {
      this.query = query;
      this.changes = changes;
      encoder = new RowEncoder(query.names());
    }

    /**
     * Runs it over batches in this order; from an event time, {@link Long#MIN_VALUE} for all. Early
     * rows, if asked for, are sent after every batch.
     */
    Answer run(long from, List<EventBatch> batches) {
      return run(from, from, batches);
    }

    /** The same, added to what others have answered. */
    void run(long from, List<EventBatch> batches, Answer answer) {
      run(from, from, null, batches, answer::add);
    }

    /**
     * The same, if all windows that begin before a time are of no interest.
     *
     * @param first ms of the epoch
     */
    Answer run(long from, long first, List<EventBatch> batches) {
      Answer answer = new Answer();
      run(from, first, null, batches, answer::add);
      return answer;
    }

    /** Goes on after a place in its answer, reading the log in this order. */
    Answer resume(Place had, List<EventBatch> batches) {
      Range left = left(had);
      Answer answer = new Answer();
      run(left.from(), left.first(), had, batches, answer::add);
      return answer;
    }

    private Computation computation() {
      return new Computation(
          query.plan(),
          stream,
          new Intake(
              query.plan(), new SharedFilters().of(stream, query.plan().filter()), List.of()),
          Operator.of(query.plan(), changes, true),
          TOKENS,
          QuerySettings.State.defaults());
    }

    /** What is to be read after a place in its answer. */
    Range left(Place had) {
      ResumeToken token = new ResumeToken(TOKENS.question(), had, Tokens.NO_LIMIT);
      return Range.resumed(token, query.plan().lead());
    }

    /** How much before a window is to be read to know its rows, ms. */
    long lead() {
      return query.plan().lead();
    }

    /** Each of its rows, and the place after it. */
    Map<String, Place> places(List<EventBatch> batches) {
      Map<String, Place> places = new LinkedHashMap<>();
      run(
          Long.MIN_VALUE,
          Long.MIN_VALUE,
          null,
          batches,
          event -> {
            String text = new String(event.encoded(Format.NDJSON_IDS), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
              JsonNode json = JsonMapper.shared().readTree(line);
              if (json.has("row")) {
                String id = json.get("id").stringValue();
                places.put(json.get("row").toString(), CODEC.read(id).place());
              }
            }
          });
      return places;
    }

    /** What it says, as it goes over the wire: quicker where only that matters. */
    String text(long from, long first, List<EventBatch> batches) {
      StringBuilder text = new StringBuilder();
      run(
          from,
          first,
          null,
          batches,
          event -> text.append(new String(event.encoded(Format.NDJSON), StandardCharsets.UTF_8)));
      return text.toString();
    }

    private void run(
        long from,
        long first,
        @Nullable Place had,
        List<EventBatch> batches,
        Consumer<QueryEvent> reader) {
      Computation computation = computation();
      computation.subscribers().add(subscriber(had, 0, reader));
      run(computation, from, first, batches, now -> {});
    }

    /**
     * Runs it over batches in this order, for several subscribers who want early rows so often.
     *
     * @param reader is told when each was told what: batches come a ms after each other
     */
    void run(List<Long> everyMs, List<EventBatch> batches, PacedReader reader) {
      long[] clock = new long[1];
      Computation computation = computation();
      for (long every : everyMs) {
        computation
            .subscribers()
            .add(subscriber(null, every, event -> reader.accept(every, clock[0], event)));
      }
      run(computation, Long.MIN_VALUE, Long.MIN_VALUE, batches, now -> clock[0] = now);
    }

    private void run(
        Computation computation,
        long from,
        long first,
        List<EventBatch> batches,
        LongConsumer clock) {
      int count = partitions.size();
      long[] offsets = new long[count];
      long[] ends = new long[count];
      for (int p = 0; p < count; p++) {
        ends[p] = partitions.get(p).stream().mapToLong(List::size).sum();
        offsets[p] = ends[p];
      }
      for (EventBatch batch : batches) {
        offsets[batch.partition()] = Math.min(offsets[batch.partition()], batch.firstOffset());
      }
      long[] watermarks = new long[count];
      Arrays.fill(watermarks, Long.MIN_VALUE);
      computation.beginWith(first);
      computation.start(from, offsets, watermarks, ends);
      long now = 0;
      for (EventBatch batch : batches) {
        computation.add(batch);
        clock.accept(++now);
        if (changes) {
          computation.tell(now, true);
        }
        computation.delivery().all();
      }
      computation.delivery().all();
      Notice end = computation.ending();
      computation.subscribers().forEach(subscriber -> subscriber.end(end));
    }

    private long limit() {
      Long limit = query.plan().limit();
      return limit == null ? Tokens.NO_LIMIT : limit;
    }

    private Subscriber subscriber(@Nullable Place had, long everyMs, Consumer<QueryEvent> reader) {
      BaseSubscriber<QueryEvent> downstream =
          new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(QueryEvent event) {
              reader.accept(event);
            }
          };
      Subscriber subscriber =
          new Subscriber(
              new Wants(Format.NDJSON, encoder, Overflow.BUFFER, () -> 0, had, limit(), everyMs),
              TOKENS,
              1 << 20,
              METERS,
              downstream,
              room -> {},
              gone -> {});
      subscriber.opened();
      return subscriber;
    }
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return stream.definition().name().equals(name) ? stream : null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of(stream);
  }

  @Override
  public void onChange(Consumer<String> listener) {
    // it never changes
  }
}
