package dev.sluice.cli.send;

import dev.sluice.cli.file.Csv.CsvException;
import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.GatewayHttp;
import dev.sluice.client.SluiceDevice;
import dev.sluice.client.SluiceDeviceBuilder;
import dev.sluice.client.SluiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** Sends a source's batches, as fast as the gateway asks for them. */
final class Sender {
  private static final int BUFFER_EVENTS = 100_000;
  private static final int BUFFER_BYTES = 8 * 1024 * 1024;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final GatewayHttp gateway;
  private final String host;
  private final int port;
  private final String stream;
  private final Duration patience;
  private final Consumer<String> notice;

  /**
   * @param gateway whose RSocket port it is: with the same token, and by TLS if it speaks that
   * @param patience how long to go on without a connection
   * @param notice told why it waits; on any thread
   */
  Sender(
      GatewayHttp gateway,
      String host,
      int port,
      String stream,
      Duration patience,
      Consumer<String> notice) {
    this.gateway = gateway;
    this.host = host;
    this.port = port;
    this.stream = stream;
    this.patience = patience;
    this.notice = notice;
  }

  /**
   * Sends all; returns when each event has its ack.
   *
   * @throws CommandFailure if the gateway cannot be reached, or refuses, or the source is torn
   */
  void send(EventSource source, Tally tally) {
    SluiceDeviceBuilder builder =
        SluiceDevice.builder(host, port, stream)
            .buffer(BUFFER_EVENTS, BUFFER_BYTES)
            .giveUpAfter(patience)
            .onRetry(onceForEachReason());
    gateway.secure(builder);
    if (gateway.token() != null) {
      builder.token(() -> Mono.fromSupplier(gateway::token));
    }
    SluiceDevice device = builder.connect();
    try {
      Flux<byte[]> frames =
          Flux.<byte[]>generate(sink -> next(source, tally, sink))
              .subscribeOn(Schedulers.boundedElastic());
      device.sendFrames(frames).doOnNext(tally::acked).then().toFuture().join();
      device.close(LAST_WORDS).toFuture().join();
    } catch (CompletionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), tally);
    } finally {
      device.dispose();
    }
  }

  private Consumer<SluiceException> onceForEachReason() {
    AtomicReference<String> last = new AtomicReference<>("");
    return why -> {
      if (!why.code().equals(last.getAndSet(why.code()))) {
        notice.accept(why.getMessage() + "; trying again");
      }
    };
  }

  private static void next(EventSource source, Tally tally, SynchronousSink<byte[]> sink) {
    try {
      Batch batch = source.next();
      if (batch == null) {
        sink.complete();
      } else {
        tally.sending(batch);
        sink.next(batch.frame());
      }
    } catch (IOException | CsvException e) {
      sink.error(e);
    }
  }

  private static CommandFailure failure(Throwable cause, Tally tally) {
    String sofar = "\nUntil then: " + tally;
    if (cause instanceof SluiceException refused) {
      return refused.code().equals("CLIENT_UNREACHABLE")
          ? CommandFailure.unreachable(
              refused.detail() + "\n--rsocket says where its RSocket port is." + sofar)
          : CommandFailure.refused(refused.getMessage() + sofar);
    }
    if (cause instanceof IOException || cause instanceof CsvException) {
      return CommandFailure.usage("cannot read on: " + cause.getMessage() + sofar);
    }
    throw new IllegalStateException(cause);
  }
}
