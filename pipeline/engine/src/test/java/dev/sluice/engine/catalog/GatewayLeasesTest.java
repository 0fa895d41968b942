package dev.sluice.engine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.GatewayLeases.Gateway;
import dev.sluice.engine.catalog.GatewayLeases.Renewed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class GatewayLeasesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Instant STARTED = Instant.parse("2026-11-20T12:00:00Z");

  private static Catalog catalog;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), new RecordingLog());
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void gatewaysKnowOfEachOtherUntilTheyEnd() {
    assertThat(renew("ga")).isEqualTo(new Renewed(true, 0));
    assertThat(renew("gb")).isEqualTo(new Renewed(true, 1));
    assertThat(renew("ga")).isEqualTo(new Renewed(false, 1));
    catalog.gateways().tell("gb", "of b".getBytes(UTF_8)).block(SOON);
    catalog.gateways().tell("gb", "of b now".getBytes(UTF_8)).block(SOON);

    assertThat(others("ga")).containsExactly("of b now");
    assertThat(others("gb")).isEmpty();

    catalog.gateways().end("gb").block(SOON);
    assertThat(others("ga")).isEmpty();
    assertThat(renew("ga")).isEqualTo(new Renewed(false, 0));
    catalog.gateways().end("ga").block(SOON);
  }

  @Test
  void whatAGoneGatewayCouldNotTellIsToldOnceWholly() {
    List<Gateway> told = new ArrayList<>();
    renew("gone");
    assertThat(catalog.gateways().bury(gone -> Mono.empty()).block(SOON)).isFalse();
    catalog.gateways().renew(new Gateway("gone", STARTED), Duration.ofMillis(-1)).block(SOON);
    assertThatThrownBy(
            () ->
                catalog
                    .gateways()
                    .bury(gone -> Mono.error(new IllegalStateException("away")))
                    .block(SOON))
        .hasMessage("away");

    Mono<Boolean> bury = catalog.gateways().bury(gone -> Mono.fromRunnable(() -> told.add(gone)));

    assertThat(bury.block(SOON)).isTrue();
    assertThat(bury.block(SOON)).isFalse();
    assertThat(told).containsExactly(new Gateway("gone", STARTED));
    assertThat(renew("gone")).as("it was not gone").isEqualTo(new Renewed(true, 0));
    catalog.gateways().end("gone").block(SOON);
  }

  private static Renewed renew(String name) {
    return requireNonNull(catalog.gateways().renew(new Gateway(name, STARTED), LONG).block(SOON));
  }

  private static List<String> others(String name) {
    return requireNonNull(catalog.gateways().others(name).block(SOON)).stream()
        .map(bytes -> new String(bytes, UTF_8))
        .toList();
  }
}
