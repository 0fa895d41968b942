package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class GatewayApplicationTest {
  @Test
  void startsBeforeRealServersAndIsHealthy() throws Exception {
    RunningGateway gateway = RunningGateway.shared();

    HttpResponse<String> health =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(gateway.http("/actuator/health")).build(),
                BodyHandlers.ofString());

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).contains("\"status\":\"UP\"");
    assertThat(gateway.rsocketPort()).isPositive();
  }
}
