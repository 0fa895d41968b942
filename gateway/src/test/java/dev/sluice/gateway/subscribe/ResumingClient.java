package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What an EventSource does, with a connection that is cut after some of its rows. */
final class ResumingClient {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final JsonMapper JSON = JsonMapper.shared();

  final List<String> expected;
  final List<String> rows = Collections.synchronizedList(new ArrayList<>());
  private final String query;
  private final Function<Random, URI> gateways;
  private final Random random;
  private @Nullable String lastEventId;

  /**
   * @param range {@code from} and {@code to} as parameters
   * @param expected final rows, sorted
   * @param gateways chooses where to go next
   */
  ResumingClient(String sql, String range, List<String> expected, Function<Random, URI> gateways) {
    this.query = "/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8) + "&" + range;
    this.expected = expected;
    this.gateways = gateways;
    this.random = new Random(sql.length());
  }

  /**
   * Reads all rows, and is cut so many times.
   *
   * @param kill ends a gateway, and with it the connections of all who read there; null: the client
   *     hangs up, and nothing else may end its connection
   */
  void readAll(int cuts, @Nullable Consumer<URI> kill) {
    for (int at : random.ints(cuts, 0, expected.size()).sorted().toArray()) {
      while (!read(at, kill)) {
        assertThat(kill).as("the connection broke by itself").isNotNull();
      }
    }
    while (!read(expected.size(), null)) {
      assertThat(kill).as("the connection broke by itself").isNotNull();
    }
  }

  /** Whether it has at least such a part of its rows. */
  boolean hasRead(int part, int of) {
    return (long) rows.size() * of >= (long) expected.size() * part;
  }

  int statusOnceMore() {
    HttpResponse<Stream<String>> answer = open(gateways.apply(random));
    answer.body().close();
    return answer.statusCode();
  }

  /**
   * Reads until there are so many rows, or something if none, and has itself cut.
   *
   * @return false if it was cut before
   */
  private boolean read(int count, @Nullable Consumer<URI> kill) {
    URI gateway = gateways.apply(random);
    boolean reached = false;
    HttpResponse<Stream<String>> answer;
    try {
      answer = open(gateway);
    } catch (UncheckedIOException e) {
      return false;
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    try (Stream<String> lines = answer.body()) {
      Iterator<Heard> events = new Events(lines.iterator());
      while (events.hasNext()) {
        hear(events.next());
        if (!reached && rows.size() >= count && !(isBounded() && count == expected.size())) {
          reached = true;
          if (kill == null) {
            return true;
          }
          kill.accept(gateway);
        }
      }
      return true;
    } catch (UncheckedIOException e) {
      return reached;
    }
  }

  private boolean isBounded() {
    return query.contains("&to=");
  }

  private void hear(Heard event) {
    if (event.id == null) {
      assertThat(event.name).as(event.data).isEmpty();
      return;
    }
    assertThat(event.name).as(event.data).isNotEqualTo("error");
    lastEventId = event.id;
    if (event.name.equals("row")) {
      rows.add(JSON.readTree(event.data).toString());
    }
  }

  private HttpResponse<Stream<String>> open(URI gateway) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve(query)).header("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    try {
      return HTTP.send(request.build(), BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Heard(@Nullable String id, String name, String data) {}

  /** Whole events: what is cut in the middle never was. */
  private record Events(Iterator<String> lines) implements Iterator<Heard> {
    @Override
    public boolean hasNext() {
      return lines.hasNext();
    }

    @Override
    public Heard next() {
      String id = null;
      String name = "";
      String data = "";
      for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
        if (line.startsWith("id: ")) {
          id = line.substring("id: ".length());
        } else if (line.startsWith("event: ")) {
          name = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          data = line.substring("data: ".length());
        }
      }
      return new Heard(id, name, data);
    }
  }
}
