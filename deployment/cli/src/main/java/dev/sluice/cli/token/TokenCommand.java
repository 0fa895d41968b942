package dev.sluice.cli.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Json.Numeral;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    description = {
      "Make a token, signed by a key of this machine, which is made at the first use.",
      "A gateway takes it that is started with --sluice.security.mode=token and",
      "--sluice.security.keys=FILE, the public key, which is beside the key."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
public final class TokenCommand implements Runnable {
  private static final Pattern RIGHT = Pattern.compile("admin|(ingest|query):[a-z0-9_.*-]{1,100}");
  private static final List<String> QUOTAS =
      List.of("events-per-second", "bytes-per-second", "connections", "queries", "state");
  private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,8})([smhd])");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER = "{\"alg\":\"%s\",\"typ\":\"JWT\"}";

  @Spec CommandSpec spec;

  @Option(
      names = "--rights",
      paramLabel = "RIGHT",
      split = ",",
      required = true,
      description =
          "What it may do, with commas between: ingest:<stream>, query:<stream, view or table>, admin;"
              + " * in a name is any text.")
  List<String> rights;

  @Option(
      names = "--device",
      paramLabel = "KEY",
      description = "The key of the only events that it may send.")
  @Nullable String device;

  @Option(
      names = "--quota",
      paramLabel = "KIND=LIMIT",
      split = ",",
      description =
          "How much it may have, with commas between, where the gateway's settings are not to count:"
              + " events-per-second, bytes-per-second, connections, queries, state (bytes).")
  @Nullable Map<String, Long> quota;

  @Option(
      names = "--expires",
      paramLabel = "SPAN",
      defaultValue = "1h",
      description = "After so many s, m, h or d (default: ${DEFAULT-VALUE}).")
  String expires;

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description = "Whose it is, for logs (default: the device, else this user).")
  @Nullable String subject;

  @Option(names = "--issuer", paramLabel = "NAME", description = "Its iss (default: none).")
  @Nullable String issuer;

  @Option(names = "--audience", paramLabel = "NAME", description = "Its aud (default: none).")
  @Nullable String audience;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key, of P-256 or Ed25519 (default: ~/.sluice/token-key.pem).")
  @Nullable Path key;

  @Override
  public void run() {
    String claims = Json.write(claims(Instant.now()));
    Path file =
        key == null ? Path.of(System.getProperty("user.home"), ".sluice", "token-key.pem") : key;
    if (SigningKey.make(file)) {
      spec.commandLine()
          .getErr()
          .println(
              "sluice: made the key "
                  + file
                  + "; gateways are told of it by --sluice.security.mode=token"
                  + " --sluice.security.keys="
                  + SigningKey.publicFile(file));
    }
    SigningKey signing = SigningKey.read(file);
    String signed = encoded(HEADER.formatted(signing.algorithm())) + "." + encoded(claims);
    byte[] signature = signing.sign(signed.getBytes(UTF_8));
    spec.commandLine().getOut().println(signed + "." + BASE64.encodeToString(signature));
  }

  private static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(UTF_8));
  }

  private Map<String, @Nullable Object> claims(Instant now) {
    for (String right : rights) {
      if (!RIGHT.matcher(right).matches()) {
        throw CommandFailure.usage(
            "--rights must be of ingest:<stream>, query:<stream, view or table> and admin: was "
                + right);
      }
    }
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    claims.put("sub", subject());
    claims.put("scope", String.join(" ", rights));
    putIfSaid(claims, "device", device);
    putQuota(claims);
    putIfSaid(claims, "iss", issuer);
    putIfSaid(claims, "aud", audience);
    claims.put("iat", new Numeral(Long.toString(now.getEpochSecond())));
    claims.put("exp", new Numeral(Long.toString(now.plus(span()).getEpochSecond())));
    claims.put("jti", UUID.randomUUID().toString());
    return claims;
  }

  private void putQuota(Map<String, @Nullable Object> claims) {
    if (quota == null) {
      return;
    }
    Map<String, @Nullable Object> limits = new LinkedHashMap<>();
    quota.forEach(
        (kind, limit) -> {
          if (!QUOTAS.contains(kind) || limit < 1) {
            throw CommandFailure.usage(
                "--quota must be of "
                    + String.join(", ", QUOTAS)
                    + ", each with = and a whole number from 1 on: was "
                    + kind
                    + "="
                    + limit);
          }
          limits.put(kind, new Numeral(limit.toString()));
        });
    claims.put("quota", limits);
  }

  private static void putIfSaid(
      Map<String, @Nullable Object> claims, String name, @Nullable String value) {
    if (value != null) {
      claims.put(name, value);
    }
  }

  private String subject() {
    if (subject != null) {
      return subject;
    }
    return device != null ? device : System.getProperty("user.name", "sluice");
  }

  private Duration span() {
    Matcher matcher = SPAN.matcher(expires);
    if (!matcher.matches()) {
      throw CommandFailure.usage("--expires must be like 30s, 15m, 8h or 30d: was " + expires);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
