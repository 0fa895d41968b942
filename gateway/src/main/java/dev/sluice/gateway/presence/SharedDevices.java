package dev.sluice.gateway.presence;

import dev.sluice.engine.catalog.GatewayLeases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What gateways say to each other of their devices. */
final class SharedDevices {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDevices.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What the others have is asked for no more often, however many look. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final int most;
  private final Mono<List<Said>> others;

  /**
   * What a gateway says.
   *
   * @param count of its devices
   * @param devices those that came last, if they are too many
   */
  record Said(int count, List<Here> devices) {}

  SharedDevices(int most, String gateway, GatewayLeases leases) {
    this.most = most;
    others =
        leases
            .others(gateway)
            .publishOn(Schedulers.boundedElastic())
            .map(all -> all.stream().map(SharedDevices::decoded).toList())
            .doOnError(failure -> LOG.debug("others' devices are not to be had", failure))
            .cache(said -> FRESH, failure -> Duration.ZERO, () -> Duration.ZERO);
  }

  /** What the others said last. */
  Mono<List<Said>> others() {
    return others;
  }

  byte[] encoded(List<Here> devices) {
    List<Here> told =
        devices.size() <= most
            ? devices
            : devices.stream()
                .sorted(Comparator.comparingLong(Here::since).reversed())
                .limit(most)
                .toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
      zipped.write(JSON.writeValueAsBytes(new Said(devices.size(), told)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What a gateway of another version says that is not understood counts as nothing. */
  private static Said decoded(byte[] bytes) {
    try (GZIPInputStream zipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return JSON.readValue(zipped.readAllBytes(), Said.class);
    } catch (IOException | JacksonException e) {
      LOG.warn("a gateway says what is not understood of its devices cause=\"{}\"", e.toString());
      return new Said(0, List.of());
    }
  }
}
