package dev.sluice.gateway.security;

import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.security.HttpRights.Need;
import dev.sluice.gateway.security.HttpRights.Needed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Finds who sends a request, by its bearer token, its ticket or its connection's certificate, and
 * lets it go on to its door only if that caller may do what it asks. On the connection's event
 * loop.
 */
final class CallerFilter implements WebFilter {
  private static final String BEARER = "Bearer ";
  private static final String TICKET = "ticket";

  private final Callers callers;
  private final TicketOffice tickets;

  CallerFilter(Callers callers, TicketOffice tickets) {
    this.callers = callers;
    this.tickets = tickets;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return Mono.defer(() -> letIn(exchange, chain));
  }

  private Mono<Void> letIn(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    Needed needed = HttpRights.of(request.getMethod(), request.getPath().pathWithinApplication());
    if (needed.need() == Need.NOTHING) {
      (callers == Callers.OPEN ? Caller.ANYONE : Caller.UNASKED).putOn(exchange);
      return chain.filter(exchange);
    }
    String ticket = ticket(request);
    return backOnLoop(request, caller(request, ticket))
        .flatMap(
            caller -> {
              caller.putOn(exchange);
              needed.require(caller);
              return chain.filter(ticket == null ? exchange : withoutTicket(exchange));
            });
  }

  private Mono<Caller> caller(ServerHttpRequest request, @Nullable String ticket) {
    Certified certificate = Certified.of(Channels.of(request));
    List<String> said = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
    if (callers == Callers.OPEN) {
      // What is said may be a proxy's or a browser's own, of no account where nobody is asked.
      return callers.of(null, certificate);
    }
    if (said.isEmpty()) {
      return ticket == null ? callers.of(null, certificate) : tickets.redeem(ticket);
    }
    String one = said.get(0);
    if (said.size() > 1 || !one.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Mono.error(
          Problem.of(
                  ProblemCode.TOKEN_INVALID,
                  "Authorization must be there once, as Bearer and a token: was not")
              .toException());
    }
    return callers.of(one.substring(BEARER.length()).strip(), certificate);
  }

  /** Only what a browser can send without a header of its own is asked by a ticket. */
  private static @Nullable String ticket(ServerHttpRequest request) {
    return request.getMethod() == HttpMethod.GET ? request.getQueryParams().getFirst(TICKET) : null;
  }

  /**
   * The doors take no parameter that they do not know. What else is in the query stays as it came:
   * Spring's builder refuses some of what it may hold, an = in a value say.
   */
  private static ServerWebExchange withoutTicket(ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    String target = request.getURI().toString();
    String query =
        Stream.of(request.getURI().getRawQuery().split("&"))
            .filter(parameter -> !isTicket(parameter))
            .collect(Collectors.joining("&"));
    URI plain = URI.create(target.substring(0, target.indexOf('?') + 1) + query);
    return exchange.mutate().request(request.mutate().uri(plain).build()).build();
  }

  private static boolean isTicket(String parameter) {
    return URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8).equals(TICKET);
  }

  /** An upgrade to WebSocket that leaves its event loop may lose what comes after it. */
  private static Mono<Caller> backOnLoop(ServerHttpRequest request, Mono<Caller> found) {
    EventLoop loop = Channels.of(request).eventLoop();
    return found.flatMap(
        caller ->
            loop.inEventLoop()
                ? Mono.just(caller)
                : Mono.just(caller).publishOn(Schedulers.fromExecutor(loop)));
  }
}
