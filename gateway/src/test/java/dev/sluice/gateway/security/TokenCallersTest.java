package dev.sluice.gateway.security;

import static dev.sluice.model.problem.ProblemCode.TOKEN_INVALID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.gateway.security.SecurityProperties.Mode;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.resources.LoopResources;

class TokenCallersTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final LoopResources LOOPS = LoopResources.create("test", 1, true);

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    LOOPS.dispose();
  }

  private static Callers callers(String keys, @Nullable String issuer, @Nullable String audience) {
    return callers(keys, issuer, audience, Clock.systemUTC());
  }

  private static Callers callers(
      String keys, @Nullable String issuer, @Nullable String audience, Clock clock) {
    SecurityProperties properties =
        new SecurityProperties(
            Mode.TOKEN, keys, issuer, audience, Duration.ofSeconds(10), List.of());
    return new TokenCallers(
        TokenDecoders.of(properties, LOOPS, clock),
        properties.clockSkew(),
        Rights.of(properties.certificateRights()),
        clock);
  }

  private static Caller caller(Callers callers, String token) {
    return Objects.requireNonNull(callers.of(token, null).block(SOON));
  }

  private static ProblemCode refusal(Callers callers, String token) {
    try {
      caller(callers, token);
      throw new AssertionError("was let in");
    } catch (ProblemException refused) {
      return refused.problem().code();
    }
  }

  @Test
  void aCallerIsWhatTheTokenSays() {
    Instant expires = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 60);
    Callers callers = callers(Tokens.OURS.file().toString(), null, null);

    Caller caller =
        caller(
            callers,
            Tokens.OURS.sign(
                new JWTClaimsSet.Builder()
                    .subject("plant 7")
                    .jwtID("42")
                    .claim("scp", List.of("query:a", "openid"))
                    .claim("scope", " ingest:b  admin ")
                    .claim("device", "d1")
                    .expirationTime(Date.from(expires))
                    .build()));

    assertThat(caller.subject()).isEqualTo("plant 7");
    assertThat(caller.tokenId()).isEqualTo("42");
    assertThat(caller.device()).isEqualTo("d1");
    assertThat(caller.expires()).isEqualTo(expires.plusSeconds(10));
    assertThat(caller.rights().mayQuery("a")).isTrue();
    assertThat(caller.rights().mayIngest("b")).isTrue();
    assertThat(caller.rights().isAdmin()).isTrue();
  }

  @Test
  void issuerAndAudienceAreHeldTo() {
    Callers callers = callers(Tokens.OURS.file().toString(), "https://id.example", "sluice");
    Date later = Date.from(Instant.now().plusSeconds(60));
    JWTClaimsSet.Builder right =
        new JWTClaimsSet.Builder()
            .issuer("https://id.example")
            .audience(List.of("other", "sluice"))
            .expirationTime(later);

    assertThat(caller(callers, Tokens.OURS.sign(right.build())).rights().scopes()).isEmpty();
    assertThat(refusal(callers, Tokens.OURS.sign(right.issuer("https://evil.example").build())))
        .isEqualTo(TOKEN_INVALID);
    assertThat(
            refusal(
                callers,
                Tokens.OURS.sign(right.issuer("https://id.example").audience("other").build())))
        .isEqualTo(TOKEN_INVALID);
  }

  @Test
  void publicKeysMayBePemAndNeedNoId() throws Exception {
    Path pem = folder.resolve("keys.pem");
    Files.writeString(
        pem,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(Tokens.OURS.key().toECPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    Callers callers = callers(pem.toString(), null, null);

    assertThat(caller(callers, Tokens.OURS.of("admin")).rights().isAdmin()).isTrue();
    assertThat(refusal(callers, Tokens.FORGED.of("admin"))).isEqualTo(TOKEN_INVALID);
  }

  @Test
  void keysOfEd25519AreTakenFromPemAndFromAJwkSet() throws Exception {
    // RFC 8037, A.1 to A.4: the key, and what it signs.
    OctetKeyPair theirs =
        OctetKeyPair.parse(
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
    JWSObject example =
        JWSObject.parse(
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    Ed25519 verifier = new Ed25519((EdECPublicKey) Ed25519.publicKey(theirs));
    assertThat(example.verify(verifier)).isTrue();
    assertThat(verifier.verify(example.getHeader(), new byte[1], example.getSignature())).isFalse();
    assertThat(verifier.verify(example.getHeader(), new byte[1], new Base64URL("AA"))).isFalse();

    KeyPair ours = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path pem = folder.resolve("ed.pem");
    Files.writeString(
        pem,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(ours.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    Path jwks = folder.resolve("ed.json");
    Files.writeString(
        jwks, new JWKSet(List.of(theirs, Ed25519.jwk(ours.getPublic()))).toString(true));
    for (Path keys : List.of(pem, jwks)) {
      Callers callers = callers(keys.toString(), null, null);
      for (String algorithm : List.of("EdDSA", "Ed25519")) {
        String token = edwards(ours.getPrivate(), algorithm);
        assertThat(caller(callers, token).rights().isAdmin()).isTrue();
        assertThat(refusal(callers, token.substring(0, token.length() - 4) + "AAAA"))
            .isEqualTo(TOKEN_INVALID);
      }
      assertThat(refusal(callers, Tokens.OURS.of("admin"))).isEqualTo(TOKEN_INVALID);
    }
    Callers others = callers(Tokens.OURS.file().toString(), null, null);
    assertThat(refusal(others, edwards(ours.getPrivate(), "EdDSA"))).isEqualTo(TOKEN_INVALID);
  }

  private static String edwards(PrivateKey key, String algorithm) throws Exception {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String claims =
        "{\"scope\":\"admin\",\"exp\":" + Instant.now().plusSeconds(60).getEpochSecond() + "}";
    String signed =
        base64.encodeToString(("{\"alg\":\"" + algorithm + "\"}").getBytes(UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(UTF_8));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key);
    signature.update(signed.getBytes(UTF_8));
    return signed + "." + base64.encodeToString(signature.sign());
  }

  @Test
  void aFileWithoutPublicKeysIsRefusedAndNotTold() throws Exception {
    Path secret = folder.resolve("secret.pem");
    Files.writeString(secret, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

    assertThatThrownBy(() -> callers(secret.toString(), null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no key of RSA, EC or Ed25519")
        .hasMessageNotContaining("c2VjcmV0");
    assertThatThrownBy(() -> callers(folder.resolve("absent").toString(), null, null))
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> callers("", null, null)).hasMessageContaining("SECURITY_REQUIRED");
    assertThatThrownBy(() -> callers("http://id.example/jwks.json", null, null))
        .hasMessageContaining("must be an https address");
  }

  @Test
  void keysOfAnAddressAreReadAgainWhenOneIsNewOrWithdrawnAndNotForEachThatIsMadeUp()
      throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    JWKSet[] keys = {new JWKSet(List.of(Tokens.OURS.key(), Ed25519.jwk(edwards.getPublic())))};
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean away = new AtomicBoolean();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    server.createContext(
        "/jwks",
        exchange -> {
          if (away.get()) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
          }
          asked.incrementAndGet();
          byte[] body = keys[0].toString().getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    try {
      Callers callers = callers(address, null, null, at(now));
      String ours = Tokens.OURS.of("admin");
      assertThat(caller(callers, ours).rights().isAdmin()).isTrue();
      for (int i = 0; i < 20; i++) {
        assertThat(refusal(callers, Tokens.FORGED.of("" + i))).isEqualTo(TOKEN_INVALID);
      }
      assertThat(asked).hasValue(1);
      assertThat(refusal(callers, Tokens.FORGED.of("admin"))).isEqualTo(TOKEN_INVALID);
      for (String algorithm : List.of("EdDSA", "Ed25519")) {
        String token = edwards(edwards.getPrivate(), algorithm);
        assertThat(caller(callers, token).rights().isAdmin()).as(algorithm).isTrue();
      }
      keys[0] = new JWKSet(List.of(Tokens.OURS.key(), Tokens.FORGED.key()));
      now.updateAndGet(before -> before.plus(KeysOfAddress.REST));
      assertThat(caller(callers, Tokens.FORGED.of("admin")).rights().isAdmin()).isTrue();
      assertThat(asked).hasValue(2);
      keys[0] = new JWKSet(Tokens.FORGED.key());
      assertThat(caller(callers, ours).rights().isAdmin()).isTrue();
      now.updateAndGet(before -> before.plus(KeysOfAddress.GOOD_FOR));
      assertThat(refusal(callers, ours)).isEqualTo(TOKEN_INVALID);
      assertThat(asked).hasValue(3);
      away.set(true);
      now.updateAndGet(before -> before.plus(KeysOfAddress.GOOD_FOR));
      assertThat(caller(callers, Tokens.FORGED.of("query:a")).rights().mayQuery("a")).isTrue();
    } finally {
      server.stop(0);
    }
    assertThat(refusal(callers(address, null, null), Tokens.OURS.of("admin")))
        .isEqualTo(ProblemCode.KEYS_UNAVAILABLE);
  }

  private static Clock at(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }
}
