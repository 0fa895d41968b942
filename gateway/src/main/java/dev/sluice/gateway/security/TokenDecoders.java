package dev.sluice.gateway.security;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/** Makes what checks tokens: their signature, issuer and audience. Their times are not its part. */
final class TokenDecoders {
  private static final Duration KEYS_WITHIN = Duration.ofSeconds(5);

  /**
   * Those of RSA, EC and Ed25519 keys; never one of a shared secret, which a public key could be
   * taken for.
   */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Stream.concat(
              Stream.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519),
              Arrays.stream(SignatureAlgorithm.values())
                  .map(algorithm -> JWSAlgorithm.parse(algorithm.getName())))
          .collect(Collectors.toUnmodifiableSet());

  private TokenDecoders() {}

  /**
   * @param loops on which an address is asked for its keys
   * @throws IllegalArgumentException there are no keys, or they cannot be read
   */
  static NimbusReactiveJwtDecoder of(
      SecurityProperties properties, LoopResources loops, Clock clock) {
    String keys = properties.keys();
    if (keys == null || keys.isBlank()) {
      throw new IllegalArgumentException(
          "SECURITY_REQUIRED: with sluice.security.mode=token, sluice.security.keys must be the"
              + " address of a JWK set, or a file with one or with public keys as PEM: was not set;"
              + " `sluice token` makes a key and says where it is");
    }
    String location = keys.strip();
    NimbusReactiveJwtDecoder decoder =
        location.toLowerCase(Locale.ROOT).matches("https?://.*")
            ? decoder(ofAddress(location, loops, clock)::of)
            : decoder(ofFile(PublicKeys.read(Path.of(location))));
    decoder.setJwtValidator(validator(properties));
    return decoder;
  }

  private static NimbusReactiveJwtDecoder decoder(Function<JWSHeader, Mono<PublicKeys>> keys) {
    return NimbusReactiveJwtDecoder.withJwkSource(
            token -> keys.apply(token.getHeader()).flatMapIterable(PublicKeys::keys))
        .validateType(false)
        .jwtProcessorCustomizer(
            processor -> {
              processor.setJWSVerifierFactory(new Verifiers());
              processor.setJWSKeySelector(
                  (header, context) ->
                      ALGORITHMS.contains(header.getAlgorithm())
                          ? new PublicKeys(context.getKeys()).of(header)
                          : List.of());
            })
        .build();
  }

  private static Function<JWSHeader, Mono<PublicKeys>> ofFile(PublicKeys keys) {
    return header -> Mono.just(keys);
  }

  private static KeysOfAddress ofAddress(String address, LoopResources loops, Clock clock) {
    requireGuarded(URI.create(address));
    HttpClient client =
        HttpClient.create()
            .runOn(loops)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) KEYS_WITHIN.toMillis())
            .responseTimeout(KEYS_WITHIN);
    WebClient web =
        WebClient.builder().clientConnector(new ReactorClientHttpConnector(client)).build();
    return new KeysOfAddress(
        web.get().uri(URI.create(address)).retrieve().bodyToMono(String.class).timeout(KEYS_WITHIN),
        address,
        clock);
  }

  /** Who can change the keys on their way here can sign tokens. */
  private static void requireGuarded(URI address) {
    String host = String.valueOf(address.getHost());
    boolean loopback = Set.of("localhost", "127.0.0.1", "[::1]").contains(host);
    if (!"https".equalsIgnoreCase(address.getScheme()) && !loopback) {
      throw new IllegalArgumentException(
          "sluice.security.keys must be an https address, or one of the loopback: was " + address);
    }
  }

  private static OAuth2TokenValidator<Jwt> validator(SecurityProperties properties) {
    List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>();
    JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt");
    type.setAllowEmpty(true);
    all.add(type);
    add(all, properties.issuer(), JwtIssuerValidator::new);
    add(all, properties.audience(), JwtAudienceValidator::new);
    return new DelegatingOAuth2TokenValidator<>(all);
  }

  private static void add(
      List<OAuth2TokenValidator<Jwt>> all,
      @Nullable String wanted,
      Function<String, OAuth2TokenValidator<Jwt>> validator) {
    if (wanted != null && !wanted.isBlank()) {
      all.add(validator.apply(wanted));
    }
  }
}
