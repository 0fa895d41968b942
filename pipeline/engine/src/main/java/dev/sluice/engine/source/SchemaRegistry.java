package dev.sluice.engine.source;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Schemas by their id, and ids of schemas, from a registry that speaks Confluent's API. A schema of
 * an id never changes, so what was found is kept, up to a bound; that there is none is asked again
 * by each reader.
 */
public final class SchemaRegistry {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_SCHEMAS = 1_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_TOLD = 1_000;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final Pattern USER = Pattern.compile("(?<=://)(?<user>[^/@]*)@");

  /** Without the user, whom no message may tell. */
  private final @Nullable URI url;

  /** What is said in {@code Authorization}; null: nothing. */
  private final @Nullable String credentials;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Map<Integer, String> known = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param url {@code sluice.schema-registry.url}, perhaps with {@code user:password@} (RFC 7617);
   *     null: there is none
   * @throws IllegalArgumentException if it is no HTTP URL
   */
  public SchemaRegistry(@Nullable String url) {
    if (url == null || url.isBlank()) {
      this.url = null;
      credentials = null;
    } else {
      this.url = parse(USER.matcher(url).replaceFirst(""));
      credentials = credentials(url);
    }
  }

  private static @Nullable String credentials(String url) {
    Matcher user = USER.matcher(url);
    if (!user.find()) {
      return null;
    }
    // A plus is one: it is only in a form that it means a blank.
    String plain =
        URLDecoder.decode(user.group("user").replace("+", "%2B"), StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder request(URI asked) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(asked)
            .timeout(PATIENCE)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    return credentials == null ? request : request.header("Authorization", credentials);
  }

  private static URI parse(String url) {
    String text = url.endsWith("/") ? url : url + "/";
    if (!text.matches("https?://[^/\\s]+/\\S*")) {
      throw new IllegalArgumentException(
          "sluice.schema-registry.url must be an http or https URL: was " + url);
    }
    return URI.create(text);
  }

  /**
   * The schema, as JSON; empty if the registry has none, or none of Avro. Waits, at most 10 s.
   *
   * @throws ProblemException LOG_UNAVAILABLE: it did not answer
   */
  synchronized Optional<String> schema(int id) {
    String there = known.get(id);
    if (there != null) {
      return Optional.of(there);
    }
    Optional<String> found = fetch(id);
    found.ifPresent(schema -> known.put(id, schema));
    if (known.size() > MOST_SCHEMAS) {
      known.remove(known.keySet().iterator().next());
    }
    return found;
  }

  /**
   * Has the registry know a schema. Does not wait on the caller's thread.
   *
   * @param schema Avro's, as JSON
   * @return the id that the registry gives it, which is the same however often it is told; fails
   *     with STREAM_INCOMPATIBLE if it refuses the schema, with LOG_UNAVAILABLE if it is away
   */
  public Mono<Integer> register(String subject, String schema) {
    return Mono.defer(
        () -> {
          URI asked =
              url()
                  .resolve(
                      "subjects/"
                          + URLEncoder.encode(subject, StandardCharsets.UTF_8)
                          + "/versions");
          HttpRequest request =
              request(asked)
                  .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                  .POST(
                      BodyPublishers.ofByteArray(
                          JSON.writeValueAsBytes(JSON.createObjectNode().put("schema", schema))))
                  .build();
          return Mono.fromFuture(() -> http.sendAsync(request, BodyHandlers.ofString()))
              .onErrorMap(
                  IOException.class, e -> unavailable(asked + " did not answer (" + e + ")", e))
              .map(answer -> id(asked, answer.statusCode(), answer.body()));
        });
  }

  private static int id(URI asked, int status, String body) {
    JsonNode answer;
    try {
      answer = JSON.readTree(body);
    } catch (JacksonException e) {
      throw unavailable(asked + " answered " + status + " and no JSON", e);
    }
    if (status == CONFLICT || status == UNPROCESSABLE) {
      String why = answer.path("message").asString("");
      throw Problem.of(
              ProblemCode.STREAM_INCOMPATIBLE,
              "the schema registry refuses the schema ("
                  + asked
                  + " answered "
                  + status
                  + "): "
                  + why.substring(0, Math.min(why.length(), MOST_TOLD)))
          .toException();
    }
    if (status != 200 || !answer.path("id").isInt()) {
      throw unavailable(asked + " answered " + status, null);
    }
    return answer.path("id").intValue();
  }

  private URI url() {
    if (url == null) {
      throw unavailable("none is set: name one in sluice.schema-registry.url", null);
    }
    return url;
  }

  private Optional<String> fetch(int id) {
    URI asked = url().resolve("schemas/ids/" + id);
    try {
      HttpResponse<InputStream> answer =
          http.send(request(asked).build(), BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() == 404) {
          return Optional.empty();
        }
        if (answer.statusCode() != 200) {
          throw unavailable(asked + " answered " + answer.statusCode(), null);
        }
        return avro(asked, body.readNBytes(MOST_BYTES + 1));
      }
    } catch (IOException e) {
      throw unavailable(asked + " did not answer (" + e + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(asked + " was not waited for", e);
    }
  }

  private static Optional<String> avro(URI asked, byte[] body) {
    if (body.length > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode answer = JSON.readTree(new String(body, StandardCharsets.UTF_8));
      boolean avro = answer.path("schemaType").asString("AVRO").equals("AVRO");
      JsonNode schema = answer.path("schema");
      return avro && schema.isString() ? Optional.of(schema.stringValue()) : Optional.empty();
    } catch (JacksonException e) {
      throw unavailable(asked + " answered something else than JSON", e);
    }
  }

  private static ProblemException unavailable(String what, @Nullable Throwable cause) {
    Problem problem =
        Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "the schema registry, which the values of the topic need: " + what);
    return cause == null ? problem.toException() : problem.toException(cause);
  }
}
