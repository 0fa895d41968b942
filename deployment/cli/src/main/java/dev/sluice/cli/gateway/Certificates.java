package dev.sluice.cli.gateway;

import dev.sluice.client.SluiceDeviceBuilder;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What counts where the gateway speaks TLS: whom it is to be, and who calls. */
final class Certificates {
  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_CACERT}",
      description =
          "PEM: the gateway's certificate, or its authority's (default: $SLUICE_CACERT, else those"
              + " that Java trusts).")
  @Nullable Path trusted;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_CERT}",
      description =
          "PEM: a certificate of one's own, which says who calls (default: $SLUICE_CERT).")
  @Nullable Path own;

  @Option(
      names = "--cert-key",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_CERT_KEY}",
      description = "PEM: its key, as PKCS #8, not encrypted (default: $SLUICE_CERT_KEY).")
  @Nullable Path key;

  /**
   * For HTTP; null: what Java has.
   *
   * @throws CommandFailure if a file is not there, or is not what it must be
   */
  @Nullable SSLSocketFactory sockets() {
    check();
    if (trusted == null) {
      return null;
    }
    try {
      SslContextBuilder context =
          SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(trusted.toFile());
      if (own != null && key != null) {
        context.keyManager(own.toFile(), key.toFile());
      }
      return ((JdkSslContext) context.build()).context().getSocketFactory();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  /**
   * For RSocket.
   *
   * @throws CommandFailure as of {@link #sockets}
   */
  void secure(SluiceDeviceBuilder device) {
    check();
    try {
      if (trusted == null) {
        device.tls();
      } else if (own == null || key == null) {
        device.tls(trusted);
      } else {
        device.tls(trusted, own, key);
      }
    } catch (IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  private void check() {
    if ((own == null) != (key == null) || (own != null && trusted == null)) {
      throw CommandFailure.usage("--cert, --cert-key and --cacert must be there together");
    }
  }

  private static CommandFailure unusable(Exception why) {
    return CommandFailure.usage(
        "--cacert and --cert must name PEM files of certificates, --cert-key one of a key: "
            + why.getMessage());
  }
}
