package dev.sluice.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A catalog that is opened before its database is there. */
class PostgresArrivalTest {
  private static final long SOON = 60;
  private static final int CUT_OFF = 2;
  private static final URI SERVER = URI.create(TestServers.postgres());

  @Test
  void aDatabaseThatIsAwayAtTheStartIsWaitedFor() throws Exception {
    int port = freePort();
    CompletableFuture<Catalog> opened =
        CompletableFuture.supplyAsync(
            () ->
                Catalog.open(
                    CatalogSettings.of(url(port, SERVER.getUserInfo())), new RecordingLog()));
    assertThatThrownBy(() -> opened.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);

    try (ServerSocket arrived = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      Thread relay = new Thread(() -> relay(arrived, 0));
      relay.setDaemon(true);
      relay.start();
      Catalog catalog = opened.get(SOON, TimeUnit.SECONDS);
      assertThat(catalog.isListening()).isTrue();
      catalog.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void oneThatGoesAgainWhileItIsLookedAtIsWaitedForToo(int connections) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread relay = new Thread(() -> relay(server, connections));
      relay.setDaemon(true);
      relay.start();
      String url = url(server.getLocalPort(), SERVER.getUserInfo());
      CompletableFuture<Catalog> opened =
          CompletableFuture.supplyAsync(
              () -> Catalog.open(CatalogSettings.of(url), new RecordingLog()));

      Catalog catalog = opened.get(SOON, TimeUnit.SECONDS);

      assertThat(catalog.isListening()).isTrue();
      catalog.close();
    }
  }

  @Test
  void whomItDoesNotLetInNeedNotWait() {
    String url = url(SERVER.getPort(), "nobody:wrong");

    assertThatThrownBy(() -> Catalog.open(CatalogSettings.of(url), new RecordingLog()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("nobody")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void whoeverStopsWhileItWaitsIsNotHeldUp() throws Exception {
    int port = freePort();
    AtomicReference<Throwable> ended = new AtomicReference<>();
    Thread opening =
        new Thread(
            () ->
                Catalog.open(
                    CatalogSettings.of(url(port, SERVER.getUserInfo())), new RecordingLog()));
    AtomicBoolean interrupted = new AtomicBoolean(true);
    opening.setUncaughtExceptionHandler(
        (thread, failure) -> {
          interrupted.set(thread.isInterrupted());
          ended.set(failure);
        });
    opening.start();
    // Where a framework that stops interrupts who starts.
    await().until(() -> opening.getState() == Thread.State.WAITING);

    opening.interrupt();

    await().until(() -> ended.get() != null);
    assertThat(ended.get()).hasMessageContaining("stopped while waiting for PostgreSQL");
    assertThat(interrupted.get()).as("what is closed then may wait").isFalse();
  }

  private static String url(int port, String user) {
    return "postgresql://" + user + "@127.0.0.1:" + port + SERVER.getPath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /**
   * @param away after so many connections the next ones are cut off; 0: none is
   */
  private static void relay(ServerSocket server, int away) {
    try {
      for (int number = 1; ; number++) {
        Socket client = server.accept();
        if (away > 0 && number > away && number <= away + CUT_OFF) {
          client.close();
          continue;
        }
        Socket behind = new Socket(SERVER.getHost(), SERVER.getPort());
        copy(client.getInputStream(), behind.getOutputStream());
        copy(behind.getInputStream(), client.getOutputStream());
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void copy(InputStream from, OutputStream to) {
    Thread copying =
        new Thread(
            () -> {
              try (from;
                  to) {
                from.transferTo(to);
              } catch (IOException e) {
                // One side has gone.
              }
            });
    copying.setDaemon(true);
    copying.start();
  }
}
