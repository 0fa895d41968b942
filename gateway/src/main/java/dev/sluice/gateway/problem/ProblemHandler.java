package dev.sluice.gateway.problem;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/** Answers every failed HTTP request with a problem document, whoever failed it. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemHandler implements WebExceptionHandler {
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final String BEARER = "Bearer realm=\"sluice\"";

  /** What a scope may be made of (RFC 6749, 3.3); a name in a path may be anything. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,200}");

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
      return Mono.empty();
    }
    ServerHttpResponse response = exchange.getResponse();
    Problem problem = Problems.of(failure, exchange.getRequest().getPath().value());
    if (response.isCommitted()) {
      // The status is gone already. Cutting the connection tells that the body is not whole.
      return Mono.error(failure);
    }
    response.setStatusCode(HttpStatusCode.valueOf(problem.code().status()));
    HttpHeaders headers = response.getHeaders();
    if (failure instanceof ErrorResponse status) {
      headers.putAll(status.getHeaders());
    }
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    String challenge = challenge(problem);
    if (challenge != null) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }
    if (problem.code().status() == UNAVAILABLE || problem.code().status() == TOO_MANY) {
      headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (problem.code() == ProblemCode.REQUEST_TIMEOUT) {
      // Or the rest of the body would be waited for.
      headers.setConnection("close");
    }
    byte[] body = Problems.toJson(problem);
    headers.setContentLength(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }

  /** What to come back with (RFC 6750, 3); null if no token would help. */
  private static @Nullable String challenge(Problem problem) {
    return switch (problem.code()) {
      case UNAUTHENTICATED -> BEARER;
      case TOKEN_INVALID, TOKEN_EXPIRED -> BEARER + ", error=\"invalid_token\"";
      case FORBIDDEN ->
          BEARER
              + ", error=\"insufficient_scope\""
              + (problem.field() == null || !SCOPE.matcher(problem.field()).matches()
                  ? ""
                  : ", scope=\"" + problem.field() + "\"");
      default -> null;
    };
  }
}
