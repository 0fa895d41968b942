package dev.sluice.gateway.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * What the files said at a moment; equal if they said the same.
 *
 * @param trust null: there is no such file
 */
record TlsFiles(String certificate, String key, @Nullable String trust) {

  /**
   * @throws IOException a file cannot be read; the message names it
   */
  static TlsFiles read(TlsProperties properties) throws IOException {
    return new TlsFiles(
        text("sluice.tls.certificate", Objects.requireNonNull(properties.certificate())),
        text("sluice.tls.key", Objects.requireNonNull(properties.key())),
        properties.trust() == null ? null : text("sluice.tls.trust", properties.trust()));
  }

  private static String text(String setting, Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IOException(setting + ": " + file + " cannot be read: " + e, e);
    }
  }

  /**
   * What connections are secured with.
   *
   * @param expires when the server's certificate does
   */
  record Loaded(SslContext context, Instant expires) {}

  /**
   * @throws IllegalArgumentException they are no PEM, or do not belong together
   */
  Loaded load(TlsProperties.ClientAuth clientAuth) throws SSLException {
    PemSslStore own =
        stored(
            "sluice.tls.certificate and sluice.tls.key",
            new PemSslStoreDetails(null, certificate, key));
    List<X509Certificate> chain = Objects.requireNonNullElse(own.certificates(), List.of());
    PrivateKey privateKey = own.privateKey();
    if (chain.isEmpty() || privateKey == null || !belong(privateKey, chain.get(0).getPublicKey())) {
      throw new IllegalArgumentException(
          "sluice.tls.key must be the key of the first certificate in sluice.tls.certificate: is"
              + " not");
    }
    SslContextBuilder context =
        SslContextBuilder.forServer(privateKey, chain.toArray(X509Certificate[]::new))
            .protocols("TLSv1.3", "TLSv1.2")
            .clientAuth(
                switch (clientAuth) {
                  case NONE -> ClientAuth.NONE;
                  case WANT -> ClientAuth.OPTIONAL;
                  case NEED -> ClientAuth.REQUIRE;
                });
    if (trust != null) {
      PemSslStore authorities =
          stored("sluice.tls.trust", PemSslStoreDetails.forCertificates(trust));
      context.trustManager(
          Objects.requireNonNullElse(authorities.certificates(), List.<X509Certificate>of()));
    }
    return new Loaded(context.build(), chain.get(0).getNotAfter().toInstant());
  }

  private static PemSslStore stored(String settings, PemSslStoreDetails details) {
    try {
      return Objects.requireNonNull(PemSslStore.load(details));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(settings + " must be PEM: " + e.getMessage(), e);
    }
  }

  private static boolean belong(PrivateKey own, PublicKey certified) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm();
        };
    byte[] something = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(own);
      signing.update(something);
      byte[] signature = signing.sign();
      signing.initVerify(certified);
      signing.update(something);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "TlsFiles"; // no key in a log
  }
}
