package dev.sluice.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.embedded.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Tokens that the tests sign, by the library, with a key that a gateway is told of. */
public final class Tokens {
  public static final Tokens OURS = new Tokens("ours");

  /** Of somebody else. */
  static final Tokens FORGED = new Tokens("forged");

  private final ECKey key;
  private final Path file;

  private Tokens(String name) {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID(name).generate();
      file = TestServers.directory(name + "-keys.json");
      Files.writeString(file, new JWKSet(key).toString(true));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the public keys. */
  public Path file() {
    return file;
  }

  ECKey key() {
    return key;
  }

  String of(String rights) {
    return of(rights, null, Instant.now().plusSeconds(3600));
  }

  String of(String rights, @Nullable String device, Instant expires) {
    return sign(
        new JWTClaimsSet.Builder()
            .subject("test")
            .claim("scope", rights)
            .claim("device", device)
            .expirationTime(Date.from(expires))
            .build());
  }

  public String sign(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
