package dev.sluice.benchmark;

import dev.sluice.embedded.Ports;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * nginx with Nchan, a server-sent stream that subscribers read and one connection publishes to, a
 * message a row, as a process of its own.
 */
final class Nchan implements AutoCloseable {
  static final String SUBSCRIBE = "/sub";
  private static final int READY_WITHIN_SECONDS = 10;
  private static final String CONFIGURATION =
      """
      load_module %s;
      daemon off;
      pid %s/nginx.pid;
      error_log %s/error.log;
      worker_processes %d;
      worker_rlimit_nofile 20000;
      events { worker_connections 16000; }
      http {
        access_log off;
        client_body_temp_path %s/body;
        keepalive_requests 100000000;
        keepalive_timeout 1d;
        nchan_max_reserved_memory 256M;
        server {
          listen 127.0.0.1:%d;
          location = /pub { nchan_publisher; nchan_channel_id rows; nchan_message_buffer_length 20000; }
          location = /sub {
            nchan_subscriber eventsource;
            nchan_channel_id rows;
            nchan_subscriber_first_message newest;
          }
        }
      }
      """;

  private final Process process;
  private final Path directory;
  private final int port;
  private final Socket publisher;
  private final OutputStream out;

  private Nchan(Process process, Path directory, int port, Socket publisher) throws IOException {
    this.process = process;
    this.directory = directory;
    this.port = port;
    this.publisher = publisher;
    this.out = new BufferedOutputStream(publisher.getOutputStream(), 64 << 10);
    Thread answers = new Thread(this::drain, "nchan-answers");
    answers.setDaemon(true);
    answers.start();
  }

  /**
   * @param nginx the program
   * @param module Nchan's, for that program
   */
  static Nchan start(String nginx, Path module, int workers) throws Exception {
    int port = Ports.choose(Server.HOST, Map.of("nchan", 0)).values().iterator().next();
    Path directory = Files.createTempDirectory("nchan");
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        CONFIGURATION.formatted(module, directory, directory, workers, directory, port));
    try (WatchService changes = directory.getFileSystem().newWatchService()) {
      directory.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
      Process process =
          new ProcessBuilder(
                  List.of(nginx, "-p", directory.toString(), "-c", configuration.toString()))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("output.log").toFile())
              .start();
      try {
        awaitListening(process, directory, changes);
        return new Nchan(process, directory, port, new Socket(Server.HOST, port));
      } catch (IOException e) {
        process.destroy();
        throw e;
      }
    }
  }

  /** It listens before it writes down its number. */
  private static void awaitListening(Process process, Path directory, WatchService changes)
      throws IOException, InterruptedException {
    Path number = directory.resolve("nginx.pid");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WITHIN_SECONDS);
    while (!Files.exists(number)) {
      WatchKey change = changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (change == null || !process.isAlive()) {
        throw new IOException(
            "nginx did not start: " + Files.readString(directory.resolve("output.log")));
      }
      change.reset();
    }
  }

  int port() {
    return port;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /** Publishes rows, each as a message, in one go. */
  void publish(List<String> rows) throws IOException {
    for (String row : rows) {
      out.write(
          ("POST /pub HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                  + row.length()
                  + "\r\n\r\n"
                  + row)
              .getBytes(StandardCharsets.ISO_8859_1));
    }
    out.flush();
  }

  private void drain() {
    byte[] answers = new byte[64 << 10];
    try (InputStream in = publisher.getInputStream()) {
      while (in.read(answers) >= 0) {
        // That it was taken shows when it reaches the subscribers.
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @Override
  public void close() throws Exception {
    publisher.close();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.waitFor();
    for (String file : List.of("nginx.conf", "output.log", "error.log", "nginx.pid", "body")) {
      Files.deleteIfExists(directory.resolve(file));
    }
    Files.deleteIfExists(directory);
  }
}
