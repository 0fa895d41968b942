package dev.sluice.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.client.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FleetTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final double FAST = 600;

  private final TestGateway gateway = TestGateway.start(8, TestGateway.STORES_ALL);
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<String> callers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unavailable = new AtomicInteger();
  private volatile int found = 404;
  private volatile int declared = 201;
  private HttpServer http;

  @BeforeEach
  void serveHttp() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/v1/streams/buses",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(exchange.getRequestMethod() + " " + body);
          String caller = exchange.getRequestHeaders().getFirst("Authorization");
          callers.add(caller == null ? "" : caller);
          int status = exchange.getRequestMethod().equals("GET") ? found : declared;
          exchange.sendResponseHeaders(unavailable.getAndDecrement() > 0 ? 503 : status, -1);
          exchange.close();
        });
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
    gateway.close();
  }

  @Test
  void busesDriveEachOverAConnectionOfItsOwnUntilStopped() {
    Fleet fleet = start(FAST);
    await().atMost(BOUND).until(() -> fleet.counters().connected() == 516);
    await().atMost(BOUND).until(() -> fleet.counters().acked() > 5_000);
    assertThat(fleet.failure()).isNull();
    fleet.stop(BOUND).block(BOUND);

    FleetCounters counters = fleet.counters();
    assertThat(gateway.connections()).isEqualTo(516);
    assertThat(counters.buffered()).isZero();
    assertThat(counters.failed() + counters.rejected() + counters.dropped()).isZero();
    assertThat(counters.acked()).isEqualTo(counters.taken());
    assertThat(counters.due()).isEqualTo(counters.early() + counters.taken());
    assertThat(gateway.events()).hasSize((int) counters.acked());
    assertThat(requests).containsExactly("GET ", "PUT " + BusesStream.DEFINITION);
  }

  @Test
  void eventsFitTheDeclaredStream() {
    Instant before = Instant.now();
    Fleet fleet = start(FAST);
    await().atMost(BOUND).until(() -> fleet.counters().acked() > 200);
    fleet.stop(BOUND).block(BOUND);

    List<String> fields =
        JsonMapper.shared()
            .readTree(BusesStream.DEFINITION)
            .get("fields")
            .valueStream()
            .map(field -> field.get("name").asString())
            .toList();
    for (JsonNode event : gateway.events()) {
      assertThat(event.propertyNames()).containsExactlyElementsOf(fields);
      assertThat(Instant.parse(event.get("ts").asString()))
          .isBetween(before.minusSeconds(1), Instant.now());
      assertThat(Instant.parse(event.get("recorded").asString()))
          .isBefore(Instant.parse("2016-12-01T00:00:00Z"));
    }
  }

  @Test
  void numbersOfABusAreUniqueAcrossRestarts() {
    for (int run = 0; run < 2; run++) {
      long ackedBefore = gateway.events().size();
      Fleet fleet = start(FAST);
      await().atMost(BOUND).until(() -> gateway.events().size() > ackedBefore + 1_000);
      fleet.stop(BOUND).block(BOUND);
    }
    Set<String> ids = new HashSet<>();
    for (JsonNode event : gateway.events()) {
      assertThat(ids.add(event.get("bus").asString() + " " + event.get("seq").asLong())).isTrue();
    }
  }

  @Test
  void streamThatIsThereIsLeftAsItIs() {
    found = 200;
    Fleet fleet = start(FAST);
    await().atMost(BOUND).until(() -> fleet.counters().acked() > 0);
    fleet.dispose();
    assertThat(requests).containsExactly("GET ");
  }

  @Test
  void waitsForAGatewayThatIsStarting() {
    unavailable.set(2);
    Fleet fleet = start(FAST);
    await().atMost(BOUND).until(() -> fleet.counters().acked() > 0);
    fleet.dispose();
    assertThat(requests).hasSize(4);
  }

  @Test
  void refusedDeclarationIsTheFleetsFailure() {
    declared = 409;
    Fleet fleet = start(FAST);
    await().atMost(BOUND).until(() -> fleet.failure() != null);
    assertThat(fleet.failure()).hasMessageContaining("409");
    fleet.dispose();
  }

  @Test
  void saysWhoItIsAndKeepsWhatIsNotAckedOnTheDisk(@TempDir Path directory) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "secret\n");
    Fleet fleet =
        Fleet.start(
            new FleetOptions(
                URI.create("http://localhost:" + http.getAddress().getPort()),
                "127.0.0.1",
                gateway.port(),
                FAST,
                new FleetOptions.Access(token, null),
                directory.resolve("buses")));
    await().atMost(BOUND).until(() -> fleet.counters().acked() > 200);
    fleet.stop(BOUND).block(BOUND);
    assertThat(callers).containsExactly("Bearer secret");
    assertThat(Set.copyOf(gateway.tokens())).containsExactly("secret");
    assertThat(directory.resolve("buses")).isDirectoryContaining(bus -> Files.isDirectory(bus));
  }

  @Test
  void settingsOutOfRangeAreNamedWithTheirValue() {
    assertThatThrownBy(() -> FleetMain.options(new String[] {"--speed", "0"}))
        .hasMessage("speed must be above 0, at most 1000: was 0.0");
    assertThatThrownBy(() -> FleetMain.options(new String[] {"--sped", "1"}))
        .hasMessage("unknown option --sped");
    assertThat(FleetMain.options(new String[] {"--rsocket", "[::1]:7000", "--speed", "2"}))
        .isEqualTo(new FleetOptions(URI.create("http://localhost:8080"), "[::1]", 7000, 2));
  }

  @Test
  void certificatesThatAreNoneAreNamed(@TempDir Path directory) throws IOException {
    Path none = Files.writeString(directory.resolve("none.pem"), "nothing");
    assertThatThrownBy(() -> Trust.in(none)).hasMessageContaining(none.toString());
  }

  private Fleet start(double speed) {
    return Fleet.start(
        new FleetOptions(
            URI.create("http://localhost:" + http.getAddress().getPort()),
            "127.0.0.1",
            gateway.port(),
            speed));
  }
}
