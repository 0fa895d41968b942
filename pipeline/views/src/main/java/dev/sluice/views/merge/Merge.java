package dev.sluice.views.merge;

import dev.sluice.engine.catalog.ViewState;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The second stage of all views: merges what the first stage hands on, exactly once, shared by all
 * processes that run it.
 *
 * <p>A failure that is not a view's own (Kafka's, or the catalog's silence) ends the application,
 * which begins again after a while with what is committed.
 */
public final class Merge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Merge.class);

  /** After that long Kafka takes a process that does not answer to be gone. */
  private static final int SESSION_TIMEOUT_MS = 6_000;

  /** So long a killed process can keep others from reading on; below it, no close may take. */
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  private static final Duration CATALOG_PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final Duration LEAST_PAUSE = Duration.ofMillis(500);
  private static final Duration RAN_LONG = Duration.ofMinutes(1);
  private static final Duration MOST_PAUSE = Duration.ofSeconds(30);

  private final MergeSettings settings;
  private final KnownViews views;
  private final Failures failures;
  private final MergeStatus status = new MergeStatus();
  private final Scheduler life = Schedulers.newSingle("sluice-merge-life", true);
  private final Purge purge;
  private @Nullable KafkaStreams streams;
  private final Duration leastPause;
  private Duration pause;
  private long startedAt;
  private boolean closed;

  /** Starts it. The topic that it reads must be there. */
  public Merge(MergeSettings settings, MergedViews views, Failures failures) {
    this(settings, views, failures, LEAST_PAUSE, Purge.EVERY);
  }

  /**
   * @param leastPause after a failure; twice as long after each that follows soon
   * @param purge from one deletion of what is merged to the next
   */
  Merge(
      MergeSettings settings,
      MergedViews views,
      Failures failures,
      Duration leastPause,
      Duration purge) {
    this.settings = settings;
    this.views = new KnownViews(views, CATALOG_PATIENCE);
    this.failures = failures;
    this.purge = new Purge(settings.kafka(), purge);
    this.leastPause = leastPause;
    this.pause = leastPause;
    life.schedule(this::start);
  }

  /** What this process has merged of a view. Any thread. */
  public ViewState.Merged state(long generation) {
    return status.of(generation).stream()
        .map(one -> new ViewState.Merged(1, one.watermark(), one.groups(), one.bytes()))
        .reduce(ViewState.Merged.NONE, ViewState.Merged::with);
  }

  /** Whether it runs: not while it starts, is being handed partitions, or waits after a failure. */
  public synchronized boolean isRunning() {
    return streams != null && streams.state() == KafkaStreams.State.RUNNING;
  }

  private synchronized void start() {
    if (closed) {
      return;
    }
    startedAt = System.nanoTime();
    try {
      KafkaStreams started = new KafkaStreams(topology(), config());
      streams = started;
      started.setUncaughtExceptionHandler(failure -> failed(started, failure));
      started.start();
    } catch (KafkaException e) {
      LOG.warn("the merge of views cannot start, and tries again", e);
      startLater();
    }
  }

  private Topology topology() {
    return MergeTopology.of(
        settings.kafka().partials(),
        () -> new MergeProcessor(views, settings.state(), failures, status));
  }

  private StreamThreadExceptionResponse failed(KafkaStreams which, Throwable failure) {
    LOG.warn("the merge of views failed, and begins again with what is committed", failure);
    life.schedule(() -> startAgain(which));
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private synchronized void startAgain(KafkaStreams failed) {
    // Several of its threads may fail, or it may be closed meanwhile.
    if (streams == failed) {
      stop();
      startLater();
    }
  }

  /** After a while: each longer than the one before, until it has run for long. */
  private void startLater() {
    boolean ranLong = System.nanoTime() - startedAt > RAN_LONG.toNanos();
    long most = ranLong ? leastPause.toMillis() : pause.toMillis();
    pause = Duration.ofMillis(Math.min(2 * most, MOST_PAUSE.toMillis()));
    long jittered = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
    life.schedule(this::start, jittered, TimeUnit.MILLISECONDS);
  }

  private synchronized void stop() {
    KafkaStreams running = streams;
    streams = null;
    if (running != null) {
      running.close(
          CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
              .withTimeout(CLOSE));
    }
  }

  private Properties config() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.kafka().application());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka().bootstrapServers());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.kafka().replicationFactor());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commit().toMillis());
    config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000);
    config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    consumer(config, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    consumer(config, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3);
    producer(config, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    producer(config, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer(config, ProducerConfig.LINGER_MS_CONFIG, 5);
    producer(config, ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    // A view's topic may be gone while its rows are on their way: no other view waits for it long.
    producer(config, ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    producer(config, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 8_000);
    producer(config, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    return config;
  }

  private static void consumer(Properties config, String setting, Object value) {
    config.put(StreamsConfig.mainConsumerPrefix(setting), value);
  }

  private static void producer(Properties config, String setting, Object value) {
    config.put(StreamsConfig.producerPrefix(setting), value);
  }

  /** Stops, and hands its partitions over to the others. Waits, for 10 s at most. */
  @Override
  public synchronized void close() {
    closed = true;
    purge.close();
    stop();
    life.dispose();
  }
}
