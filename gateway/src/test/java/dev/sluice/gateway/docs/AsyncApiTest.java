package dev.sluice.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.AsyncApi;
import dev.sluice.gateway.Contract;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.rsocket.RSocketDoor;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What messages look like is held by the tests of the doors, message by message. */
class AsyncApiTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @Test
  void theDocumentIsAsyncApi() {
    assertThat(AsyncApi.errors()).isEmpty();
  }

  @Test
  void everyAddressLeadsToADoorAndEveryDoorHasAnAddress() {
    Map<Boolean, Set<String>> addresses =
        AsyncApi.addresses().values().stream()
            .collect(
                Collectors.partitioningBy(address -> address.startsWith("/"), Collectors.toSet()));
    assertThat(addresses.get(true))
        .isNotEmpty()
        .allSatisfy(
            path ->
                assertThat(Contract.operations())
                    .contains("GET " + path.replaceAll("\\{[^}]*}", "{}")));
    assertThat(GATEWAY.beans(RSocketDoor.class))
        .isNotEmpty()
        .allSatisfy(
            door ->
                assertThat(addresses.get(false))
                    .anyMatch(route -> door.leadsTo(route.replace("{stream}", "readings"))));
    assertThat(addresses.get(false))
        .allMatch(
            route ->
                GATEWAY.beans(RSocketDoor.class).stream()
                    .anyMatch(door -> door.leadsTo(route.replace("{stream}", "readings"))));
  }

  @Test
  void theExamplesAreWhatTheyAreExamplesOf() {
    assertThat(AsyncApi.messages()).contains("Ack", "Credit", "Problem");
    for (String message : AsyncApi.messages()) {
      AsyncApi.examples(message).forEach(example -> AsyncApi.hold(example, message));
    }
  }

  @Test
  void theDocumentIsServed() {
    HttpResponse<String> answer = Http.get(GATEWAY.http("/v1/asyncapi.yaml"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("asyncapi: 3.0.0");
  }
}
