package dev.sluice.gateway.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys that signatures are checked with. Only their public parts are kept.
 *
 * @param keys RSA, EC and Ed25519; others can check nothing here
 */
record PublicKeys(List<JWK> keys) {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  PublicKeys {
    keys =
        keys.stream()
            .filter(
                key ->
                    key.getKeyType() == KeyType.RSA
                        || key.getKeyType() == KeyType.EC
                        || Ed25519.is(key))
            .map(JWK::toPublicJWK)
            .toList();
  }

  /**
   * Those of a file: a JWK set, one JWK, or PEM.
   *
   * @throws IllegalArgumentException it cannot be read, or has no such key
   */
  static PublicKeys read(Path file) {
    try {
      String text = Files.readString(file, UTF_8).strip();
      PublicKeys read = new PublicKeys(text.startsWith("{") ? json(text) : pem(text));
      if (read.keys.isEmpty()) {
        throw wrong(file, "has no key of RSA, EC or Ed25519", null);
      }
      return read;
    } catch (IOException e) {
      throw wrong(file, "cannot be read", e);
    } catch (ParseException | GeneralSecurityException e) {
      throw wrong(file, "is neither a JWK set nor PEM", e);
    }
  }

  private static IllegalArgumentException wrong(Path file, String what, @Nullable Exception cause) {
    // The cause may tell what is in the file.
    return new IllegalArgumentException(
        "sluice.security.keys must be a file with a JWK set, or public keys or certificates as PEM: "
            + file
            + " "
            + what
            + (cause instanceof IOException ? " (" + cause.getClass().getSimpleName() + ")" : ""));
  }

  private static List<JWK> json(String text) throws ParseException {
    return text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
  }

  private static List<JWK> pem(String text) throws GeneralSecurityException {
    List<JWK> keys = new ArrayList<>();
    Matcher matcher = PEM.matcher(text);
    while (matcher.find()) {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
      switch (matcher.group(1)) {
        case "PUBLIC KEY" -> keys.add(jwk(publicKey(der)));
        case "CERTIFICATE" ->
            keys.add(
                jwk(
                    CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey()));
        default -> {
          // Others, private keys among them, check nothing.
        }
      }
    }
    return keys;
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("EC").generatePublic(encoded);
    } catch (InvalidKeySpecException notEc) {
      try {
        return Ed25519.publicKey(der);
      } catch (InvalidKeySpecException neither) {
        return KeyFactory.getInstance("RSA").generatePublic(encoded);
      }
    }
  }

  private static JWK jwk(PublicKey key) throws InvalidKeySpecException {
    if (key instanceof ECPublicKey ec) {
      return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
    }
    if (key instanceof RSAPublicKey rsa) {
      return new RSAKey.Builder(rsa).build();
    }
    if (Ed25519.is(key)) {
      return Ed25519.jwk(key);
    }
    throw new InvalidKeySpecException(key.getAlgorithm());
  }

  /** Those that may have signed a token with this header: a key without an id may be any. */
  List<Key> of(JWSHeader header) {
    List<Key> found = new ArrayList<>();
    for (JWK key : keys) {
      if (fits(key, header)) {
        try {
          found.add(publicKey(key));
        } catch (JOSEException e) {
          throw new IllegalStateException("a key that was read before", e);
        }
      }
    }
    return found;
  }

  private static Key publicKey(JWK key) throws JOSEException {
    if (key instanceof ECKey ec) {
      return ec.toECPublicKey();
    }
    return key instanceof RSAKey rsa ? rsa.toRSAPublicKey() : Ed25519.publicKey(key);
  }

  private static boolean fits(JWK key, JWSHeader header) {
    JWSAlgorithm algorithm = header.getAlgorithm();
    boolean named =
        key.getKeyID() == null
            || header.getKeyID() == null
            || key.getKeyID().equals(header.getKeyID());
    boolean signs = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
    boolean sameAlgorithm = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm);
    return named && signs && sameAlgorithm && isOfKind(key, algorithm);
  }

  private static boolean isOfKind(JWK key, JWSAlgorithm algorithm) {
    if (key instanceof RSAKey) {
      return JWSAlgorithm.Family.RSA.contains(algorithm);
    }
    if (Ed25519.is(key)) {
      return JWSAlgorithm.Family.ED.contains(algorithm);
    }
    Set<Curve> curves = Curve.forJWSAlgorithm(algorithm);
    return curves != null && key instanceof ECKey ec && curves.contains(ec.getCurve());
  }
}
