package dev.sluice.gateway.security;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Which right each request of HTTP needs. What is not listed here needs {@code admin}. */
final class HttpRights {
  private static final String NAME = "name";
  private static final List<Rule> RULES = new ArrayList<>();

  /** What a request needs, of which nothing but its method and its path is known. */
  enum Need {
    /** Nothing: nobody is asked who they are. */
    NOTHING {
      @Override
      void require(Caller caller, String name) {}
    },
    /**
     * To be known. The door shows only what the caller may know, or what is asked for decides, once
     * it is understood.
     */
    CALLER {
      @Override
      void require(Caller caller, String name) {}
    },
    KNOW {
      @Override
      void require(Caller caller, String name) {
        caller.rights().requireKnow(name);
      }
    },
    QUERY {
      @Override
      void require(Caller caller, String name) {
        caller.rights().requireQuery(name);
      }
    },
    INGEST {
      @Override
      void require(Caller caller, String name) {
        caller.rights().requireIngest(name);
      }
    },
    /** A watermark is of all devices. */
    INGEST_FOR_ALL {
      @Override
      void require(Caller caller, String name) {
        caller.rights().requireIngest(name);
        caller.requireUnbound();
      }
    },
    ADMIN {
      @Override
      void require(Caller caller, String name) {
        caller.rights().requireAdmin();
      }
    };

    /**
     * @param name of the stream, view or table in the path; empty if there is none
     * @throws dev.sluice.model.problem.ProblemException FORBIDDEN
     */
    abstract void require(Caller caller, String name);
  }

  private record Rule(HttpMethod method, PathPattern path, Need need) {}

  /** What one request needs, of what. */
  record Needed(Need need, String name) {
    void require(Caller caller) {
      need.require(caller, name);
    }
  }

  static {
    rule(GET, "/", Need.NOTHING);
    rule(GET, "/assets/{file}", Need.NOTHING);
    rule(GET, "/docs", Need.NOTHING);
    rule(GET, "/docs/", Need.NOTHING);
    rule(GET, "/docs/{file}", Need.NOTHING);
    rule(GET, "/v1/openapi.yaml", Need.NOTHING);
    rule(GET, "/v1/asyncapi.yaml", Need.NOTHING);
    rule(GET, "/actuator/health", Need.NOTHING);
    rule(GET, "/actuator/health/{*path}", Need.NOTHING);
    rule(GET, "/actuator", Need.ADMIN);
    rule(GET, "/actuator/prometheus", Need.ADMIN);
    // Each request, or the set-up of the connection that it opens, says who calls.
    rule(GET, "/rsocket", Need.NOTHING);

    rule(GET, "/v1/query", Need.CALLER);
    rule(POST, "/v1/query", Need.CALLER);
    rule(POST, "/v1/tickets", Need.CALLER);
    rule(GET, "/v1/caller", Need.CALLER);
    rule(GET, "/v1/queries", Need.CALLER);
    rule(GET, "/v1/queries/{query}", Need.CALLER);
    rule(DELETE, "/v1/queries/{query}", Need.ADMIN);
    rule(GET, "/v1/flow", Need.ADMIN);
    rule(GET, "/v1/devices", Need.ADMIN);

    rule(GET, "/v1/streams", Need.CALLER);
    rule(GET, "/v1/streams/{name}", Need.KNOW);
    rule(PUT, "/v1/streams/{name}", Need.ADMIN);
    rule(DELETE, "/v1/streams/{name}", Need.ADMIN);
    rule(POST, "/v1/streams/{name}/events", Need.INGEST);
    rule(GET, "/v1/streams/{name}/events", Need.INGEST);
    rule(POST, "/v1/streams/{name}/watermark", Need.INGEST_FOR_ALL);
    // What was rejected is an event that somebody sent, and so read as one.
    rule(GET, "/v1/streams/{name}/dead-letters", Need.QUERY);
    rule(DELETE, "/v1/streams/{name}/dead-letters", Need.ADMIN);
    rule(POST, "/v1/streams/{name}/dead-letters/replay", Need.ADMIN);

    rule(GET, "/v1/tables", Need.CALLER);
    rule(GET, "/v1/tables/{name}", Need.KNOW);
    rule(PUT, "/v1/tables/{name}", Need.ADMIN);
    rule(DELETE, "/v1/tables/{name}", Need.ADMIN);
    rule(GET, "/v1/tables/{name}/rows", Need.QUERY);
    rule(PUT, "/v1/tables/{name}/rows", Need.ADMIN);
    rule(DELETE, "/v1/tables/{name}/rows", Need.ADMIN);

    // They tell of all topics.
    rule(GET, "/subjects", Need.ADMIN);
    rule(GET, "/subjects/{subject}/versions", Need.ADMIN);
    rule(GET, "/subjects/{subject}/versions/{version}", Need.ADMIN);
    rule(GET, "/subjects/{subject}/versions/{version}/schema", Need.ADMIN);
    rule(GET, "/schemas/ids/{id}", Need.ADMIN);
    rule(GET, "/schemas/ids/{id}/schema", Need.ADMIN);
    rule(GET, "/schemas/ids/{id}/versions", Need.ADMIN);
    rule(GET, "/apis/registry/v2/ids/{kind}/{id}", Need.ADMIN);
    rule(GET, "/apis/registry/v2/ids/{kind}/{id}/references", Need.ADMIN);
    rule(GET, "/schemas/types", Need.ADMIN);
    rule(GET, "/config", Need.ADMIN);
    rule(GET, "/config/{subject}", Need.ADMIN);
    rule(GET, "/mode", Need.ADMIN);

    rule(GET, "/v1/views", Need.CALLER);
    rule(GET, "/v1/views/{name}", Need.KNOW);
    rule(PUT, "/v1/views/{name}", Need.ADMIN);
    rule(DELETE, "/v1/views/{name}", Need.ADMIN);
    rule(POST, "/v1/views/{name}/rebuild", Need.ADMIN);
    rule(DELETE, "/v1/views/{name}/build", Need.ADMIN);
  }

  private HttpRights() {}

  private static void rule(HttpMethod method, String path, Need need) {
    RULES.add(new Rule(method, PathPatternParser.defaultInstance.parse(path), need));
  }

  /** What a request needs. */
  static Needed of(HttpMethod method, PathContainer path) {
    if (method == HttpMethod.OPTIONS) {
      // Says which methods there are, which the documentation does for everybody.
      return new Needed(Need.NOTHING, "");
    }
    Needed decided = decided(method == HttpMethod.HEAD ? GET : method, path);
    return decided == null ? new Needed(Need.ADMIN, "") : decided;
  }

  /** What is listed for it; null if nothing is. */
  static @Nullable Needed decided(HttpMethod method, PathContainer path) {
    for (Rule rule : RULES) {
      PathPattern.PathMatchInfo match =
          rule.method.equals(method) ? rule.path.matchAndExtract(path) : null;
      if (match != null) {
        Map<String, String> named = match.getUriVariables();
        return new Needed(rule.need, named.getOrDefault(NAME, ""));
      }
    }
    return null;
  }
}
