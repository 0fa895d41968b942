package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Who calls, and whom: tokens and certificates. */
class SluiceDeviceIdentityTest extends DeviceTests {
  @Test
  void eachConnectionHasATokenOfItsOwn() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    AtomicInteger asked = new AtomicInteger();
    SluiceDevice sender =
        started(device(server.port()).token(() -> Mono.just("token-" + asked.incrementAndGet())));
    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    assertThat(server.tokens()).containsExactly("token-1");

    server.lastChannel().drop();
    await().until(() -> server.connections() == 2 && sender.isConnected());
    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    assertThat(server.tokens()).containsExactly("token-1", "token-2");
    assertThat(server.channels().get(1).route()).isEqualTo("streams.readings.events");
    assertThat(server.setups()).containsOnly("{\"client\":\"sluice-java\"}");
  }

  @Test
  void saysWhatItIsWithoutATokenToo() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()));

    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    assertThat(server.setups()).containsExactly("{\"client\":\"sluice-java\"}");
    assertThat(Wire.client("1.2.3")).isEqualTo("sluice-java/1.2.3");
  }

  @Test
  void tokenThatIsRefusedIsAskedForOnceMore() {
    gateway = TestGateway.refusing("old");
    AtomicInteger asked = new AtomicInteger();
    SluiceDevice sender =
        started(
            device(gateway.port())
                .token(() -> Mono.just(asked.incrementAndGet() == 1 ? "old" : "new")));

    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    assertThat(gateway.tokens()).containsExactly("old", "new");
  }

  @Test
  void secondRefusalInARowIsTheEnd() {
    gateway = TestGateway.refusing("old");
    SluiceDevice sender = started(device(gateway.port()).token(() -> Mono.just("old")));

    SluiceException refused =
        catchThrowableOfType(
            SluiceException.class, () -> sender.sendFrames(frames(1)).blockLast(BOUND));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("TOKEN_INVALID");
    assertThat(gateway.tokens()).containsExactly("old", "old");
  }

  @Test
  void tlsReachesWhomItTrustsWithACertificateOfItsOwn(@TempDir Path directory) throws Exception {
    Certificate gatewayCertificate = Certificate.of("gateway", directory);
    Certificate deviceCertificate = Certificate.of("device", directory);
    SslContext tls =
        SslContextBuilder.forServer(
                gatewayCertificate.certificate().toFile(), gatewayCertificate.key().toFile())
            .trustManager(deviceCertificate.certificate().toFile())
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    gateway = TestGateway.startWithTls(tls);

    SluiceDevice sender =
        started(
            device(gateway.port())
                .tls(
                    gatewayCertificate.certificate(),
                    deviceCertificate.certificate(),
                    deviceCertificate.key()));
    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    sender.dispose();

    SluiceDevice distrustful =
        started(
            device(gateway.port())
                .tls(deviceCertificate.certificate())
                .giveUpAfter(Duration.ofMillis(200)));
    SluiceException refused =
        catchThrowableOfType(
            SluiceException.class, () -> distrustful.sendFrames(frames(1)).blockLast(BOUND));
    assertThat(refused.code()).isEqualTo("CLIENT_UNREACHABLE");
    assertThat(refused.detail()).contains("ertificat");
  }
}
