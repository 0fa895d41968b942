package dev.sluice.standalone;

import dev.sluice.embedded.DataDirectory;
import dev.sluice.fleet.Fleet;
import dev.sluice.standalone.demo.Demonstration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole Sluice in this process, on free ports, with a client of the JDK's for its HTTP face. */
final class RunningHouse implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  final House house;
  private final Parts parts = new Parts();
  private final HttpClient http = HttpClient.newHttpClient();

  @Command
  private static final class Line {
    @Mixin Options options;
  }

  /**
   * @param arguments as on the command line, besides data and ports
   */
  RunningHouse(String... arguments) throws Exception {
    this(null, arguments);
  }

  /**
   * One with what a demo adds; {@link Demo#begin} sends its fleet out.
   *
   * @param arguments as on the command line, besides data and ports
   */
  RunningHouse(@Nullable Demonstration demonstration, String... arguments) throws Exception {
    Path directory = Files.createTempDirectory("sluice");
    List<String> all = new ArrayList<>(List.of("--data", directory.toString()));
    for (String port :
        List.of("--http-port", "--rsocket-port", "--kafka-port", "--postgres-port")) {
      all.add(port);
      all.add("0");
    }
    all.addAll(List.of(arguments));
    Line line = new Line();
    new CommandLine(line).setUnmatchedArgumentsAllowed(true).parseArgs(all.toArray(String[]::new));
    line.options.check();
    DataDirectory data = DataDirectory.lock(line.options.data());
    parts.start("data directory", () -> data);
    house = House.start(line.options, data, parts, demonstration);
  }

  /** Sends the demo's fleet out. */
  Fleet begin(Demonstration demonstration, double speed) throws Exception {
    return Demo.begin(demonstration, speed, null, house, parts);
  }

  void declare(String stream, String definition) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/v1/streams/" + stream)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(definition))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(answer.body());
    }
  }

  JsonNode get(String path) throws Exception {
    return JSON.readTree(
        http.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body());
  }

  /** Any request. */
  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request(path).method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The answer to a bounded question. */
  JsonNode ask(String sql, String from, String to) throws Exception {
    HttpRequest request =
        request(query(sql) + "&from=" + from + "&to=" + to)
            .header("Accept", "application/json")
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /**
   * Follows a question, from a minute ago, on a thread of its own until the listener is interrupted
   * or the stream ends.
   */
  Thread follow(String sql, Consumer<JsonNode> listener) {
    Thread thread =
        new Thread(
            () -> {
              try (InputStream body = open(query(sql) + "&from=-1m");
                  BufferedReader lines =
                      new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                  listener.accept(JSON.readTree(line));
                }
              } catch (IOException e) {
                // The house was closed, or the test is over.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "follow");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private InputStream open(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(house.http() + path))
            .header("Accept", "application/x-ndjson")
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
  }

  static String query(String sql) {
    return "/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(house.http() + path)).timeout(TIMEOUT);
  }

  @Override
  public void close() {
    parts.close();
  }
}
