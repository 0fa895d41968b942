package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

/** CloudEvents in HTTP's binary mode, and by the sub-protocols of WebSocket. */
class CloudEventDoorsTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String ROOMS =
      """
      {"fields": [{"name": "room", "type": "STRING", "cloudevent": "/subject"},
                  {"name": "sequence", "type": "LONG", "cloudevent": "/sequence", "nullable": true},
                  {"name": "body", "type": "STRING", "cloudevent": "/data", "nullable": true},
                  {"name": "bytes", "type": "STRING", "cloudevent": "/data_base64", "nullable": true}],
       "key": "room", "partitions": 1}
      """;
  private static final String EVENT =
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"subject\":\"r\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | \"text\" | \"body\":\"text\",\"bytes\":null",
        "application/json; charset=utf-8 | \"Ünï\" | \"body\":\"Ünï\",\"bytes\":null",
        "text/plain | plain \"text\" | \"body\":\"plain \\\"text\\\"\",\"bytes\":null",
        "application/xml | <a/> | \"body\":\"<a/>\",\"bytes\":null",
        "application/octet-stream | hi | \"body\":null,\"bytes\":\"aGk=\"",
      })
  void binaryModeIsTheSameEvent(String type, String body, String expected) {
    String stream = "ce_binary_" + Integer.toHexString(type.hashCode());
    GATEWAY.declare(stream, ROOMS);
    HttpResponse<String> answer = binary(stream, body, type, "Euro%20%E2%82%AC%20%f0%9f%98%80");
    assertThat(answer.body()).isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    assertThat(
            Http.get(
                    GATEWAY.query(
                        "SELECT room, sequence, body, bytes FROM " + stream,
                        "from=earliest",
                        "to=now"))
                .body())
        .contains("\"room\":\"Euro € 😀\",\"sequence\":5," + expected);
  }

  @Test
  void binaryModeThatIsNoEventIsRefused() {
    GATEWAY.declare("ce_bad", ROOMS);
    for (String body : List.of("1,\"id\":2", "{", "1 2", "\"a\" ]")) {
      HttpResponse<String> answer = binary("ce_bad", body, "application/json", "r");
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"FRAME_MALFORMED\"");
    }
    for (String value : List.of("%C0%A0", "%4", "%zz")) {
      assertThat(binary("ce_bad", "1", "application/json", value).body())
          .contains("\"code\":\"BAD_REQUEST\"");
    }
    assertThat(
            Http.send(
                    "POST",
                    GATEWAY.http("/v1/streams/ce_bad/events"),
                    "\"x\"",
                    "Content-Type",
                    "application/json",
                    "ce-specversion",
                    "1.0",
                    "ce-subject",
                    "r")
                .body())
        .contains("\"code\":\"EVENT_NOT_CLOUDEVENT\"", "id must be a text that is not empty");
    assertThat(new String(Topics.read("dead.ce_bad").get(0).value(), UTF_8))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"subject\":\"r\",\"datacontenttype\":\"application/json\","
                + "\"data\":\"x\"}");
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/json"})
  void textThatIsNotUtf8IsRefused(String type) {
    HttpHeaders headers = new HttpHeaders();
    headers.set("ce-specversion", "1.0");
    headers.set("Content-Type", type);
    CloudEventHeaders event = Objects.requireNonNull(CloudEventHeaders.of(headers));
    assertThatThrownBy(() -> event.structured(new byte[] {'"', (byte) 0xC3, '"'}))
        .hasMessageStartingWith("FRAME_MALFORMED: the body must be ")
        .hasMessageContaining("UTF-8");
  }

  @Test
  void anAttributeThatIsThereTwiceIsRefused() {
    HttpHeaders headers = new HttpHeaders();
    headers.set("ce-specversion", "1.0");
    headers.put("ce-subject", List.of("a", "b"));
    assertThatThrownBy(() -> CloudEventHeaders.of(headers))
        .hasMessageStartingWith("BAD_REQUEST: ce-subject must be there once");
  }

  private static HttpResponse<String> binary(
      String stream, String body, String type, String subject) {
    return Http.send(
        "POST",
        GATEWAY.http("/v1/streams/" + stream + "/events"),
        body,
        "Content-Type",
        type,
        "ce-specversion",
        "1.0",
        "CE-ID",
        "1234-1234-1234",
        "ce-source",
        "/mycontext/subcontext",
        "ce-type",
        "com.example.someevent",
        "ce-sequence",
        "5",
        "ce-subject",
        subject);
  }

  @ParameterizedTest
  @CsvSource({"cloudevents.json, false", "cloudevents.json+batch, true"})
  void subProtocolSaysWhatMessagesAre(String protocol, boolean batch) {
    String stream = "ce_socket_" + batch;
    GATEWAY.declare(stream, ROOMS);
    URI uri = GATEWAY.http("/v1/streams/" + stream + "/events");
    try (WebSocketDevice device =
        WebSocketDevice.connect(uri, "Sec-WebSocket-Protocol", protocol)) {
      assertThat(device.socket().getSubprotocol()).isEqualTo(protocol);
      device.send(batch ? "[" + EVENT + "," + EVENT + "]" : EVENT);
      assertThat(device.message(1))
          .isEqualTo("{\"frame\":0,\"accepted\":" + (batch ? 2 : 1) + ",\"rejected\":[]}");
      device.send(batch ? EVENT : "[" + EVENT + "]");
      assertThat(device.message(2)).contains("\"code\":\"FRAME_MALFORMED\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"TCP", "WEBSOCKET"})
  void structuredEventIsAFrameOverRSocket(Transport transport) {
    String stream = "ce_rsocket_" + transport.ordinal();
    GATEWAY.declare(stream, ROOMS);
    var device = transport.connect(GATEWAY, "application/cloudevents+json");
    assertThat(
            device
                .requestResponse(Transport.payload(stream, EVENT))
                .map(io.rsocket.Payload::getDataUtf8)
                .block(java.time.Duration.ofSeconds(60)))
        .isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    device.dispose();
  }
}
