package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Certificate;
import dev.sluice.client.TestGateway;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway by TLS, which wants a certificate. */
class CertificatesTest {
  @TempDir static Path folder;
  private static Certificate gateway;
  private static Certificate own;
  private static TestHttp http;
  private static TestGateway rsocket;

  @BeforeAll
  static void start() throws Exception {
    gateway = Certificate.of("gateway", folder);
    own = Certificate.of("own", folder);
    SslContextBuilder tls =
        SslContextBuilder.forServer(gateway.certificate().toFile(), gateway.key().toFile())
            .sslProvider(SslProvider.JDK)
            .trustManager(own.certificate().toFile())
            .clientAuth(ClientAuth.REQUIRE);
    http = new TestHttp(((JdkSslContext) tls.build()).context());
    rsocket = TestGateway.startWithTls(tls.build());
    http.on(
        "GET /v1/streams/readings",
        200,
        "{\"name\":\"readings\",\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"}]}");
  }

  @AfterAll
  static void stop() {
    rsocket.close();
    http.close();
  }

  private static Run send(String... options) throws Exception {
    Path file = Files.writeString(folder.resolve("r.csv"), "device\na\n");
    String[] line = {
      "send", "readings", file.toString(), "--url", http.url(), "--rsocket", "" + rsocket.port()
    };
    String[] all = Arrays.copyOf(line, line.length + options.length);
    System.arraycopy(options, 0, all, line.length, options.length);
    return Run.of(all);
  }

  @Test
  void bothPortsAreReachedByTls() throws Exception {
    Run run =
        send(
            "--cacert",
            gateway.certificate().toString(),
            "--cert",
            own.certificate().toString(),
            "--cert-key",
            own.key().toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(rsocket.frames()).containsExactly("[{\"device\":\"a\"}]");
  }

  @Test
  void whoIsNotTrustedIsNotReachedAndWhatToSayIsTold() throws Exception {
    Run run = send();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("cannot reach the gateway at https://", "--cacert");
  }

  @Test
  void filesThatAreNoneAreTold() throws Exception {
    Run absent = send("--cacert", folder.resolve("absent.pem").toString());
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("--cacert", "absent.pem");

    Run alone = send("--cert", own.certificate().toString());
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).contains("--cert, --cert-key and --cacert must be there together");
  }
}
