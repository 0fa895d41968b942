package dev.sluice.gateway.security;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whom a client's certificate names, which its TLS handshake has proved.
 *
 * @param name the CN of its subject; where that has none, its only alternative name that is a DNS
 *     name or a URI (RFC 5280, 4.2.1.6)
 * @param expires when the certificate does
 */
public record Certified(String name, Instant expires) {
  private static final AttributeKey<Optional<Certified>> KNOWN =
      AttributeKey.valueOf(Certified.class.getName());
  private static final int DNS = 2;
  private static final int URI = 6;

  /**
   * Who is at the other end of a connection whose handshake is over; null if it showed no
   * certificate, or one that names nobody or more than one.
   */
  public static @Nullable Certified of(Channel channel) {
    Optional<Certified> known = channel.attr(KNOWN).get();
    if (known == null) {
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      known = tls == null ? Optional.empty() : shown(tls.engine().getSession());
      channel.attr(KNOWN).set(known);
    }
    return known.orElse(null);
  }

  private static Optional<Certified> shown(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.ofNullable(nameIn(certificate))
              .map(name -> new Certified(name, certificate.getNotAfter().toInstant()))
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  static @Nullable String nameIn(X509Certificate certificate) {
    try {
      List<String> common = commonNames(certificate);
      return only(common.isEmpty() ? alternativeNames(certificate) : common);
    } catch (InvalidNameException | CertificateParsingException unreadable) {
      return null;
    }
  }

  private static List<String> commonNames(X509Certificate certificate) throws InvalidNameException {
    return new LdapName(certificate.getSubjectX500Principal().getName())
        .getRdns().stream()
            .map(name -> name.toAttributes().get("CN"))
            .filter(Objects::nonNull)
            .map(Certified::text)
            .toList();
  }

  /** What is no text names nobody, and must not let another name of the certificate count. */
  private static String text(Attribute name) {
    try {
      return name.size() == 1 && name.get() instanceof String text ? text : "";
    } catch (javax.naming.NamingException unreadable) {
      return "";
    }
  }

  private static List<String> alternativeNames(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> Set.of(DNS, URI).contains(name.get(0)))
            .map(name -> (String) name.get(1))
            .toList();
  }

  private static @Nullable String only(List<String> names) {
    return names.size() == 1 && !names.get(0).isEmpty() ? names.get(0) : null;
  }
}
