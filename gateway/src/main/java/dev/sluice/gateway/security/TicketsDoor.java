package dev.sluice.gateway.security;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Tickets over HTTP, for what a browser cannot send a header with. */
@RestController
class TicketsDoor {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final TicketOffice office;

  TicketsDoor(TicketOffice office) {
    this.office = office;
  }

  @PostMapping(path = "/v1/tickets", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<byte[]>> give(ServerWebExchange exchange) {
    return office
        .give(Caller.of(exchange))
        .map(
            ticket ->
                ResponseEntity.status(HttpStatus.CREATED)
                    .body(
                        JSON.writeValueAsBytes(
                            JSON.createObjectNode()
                                .put("ticket", ticket)
                                .put("seconds", TicketOffice.GOOD_FOR.toSeconds()))));
  }
}
