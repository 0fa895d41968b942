package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.gateway.AsyncApi;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.model.stream.StreamDefinition;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.util.DefaultPayload;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** Every door, before the real servers. */
class DoorsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @ParameterizedTest
  @EnumSource
  void framesOfAChannelAreStoredInTheirOrderAndAcked(Transport transport) {
    String stream = declare("channel_" + transport.name().toLowerCase(java.util.Locale.ROOT));
    RSocket device = transport.connect(GATEWAY);
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      frames.add(
          "[{\"device\":\"a\",\"n\":" + 2 * i + "},{\"device\":\"a\",\"n\":" + (2 * i + 1) + "}]");
    }
    List<String> acks = channel(device, stream, frames);
    assertThat(acks).hasSize(100);
    for (int i = 0; i < acks.size(); i++) {
      assertThat(acks.get(i)).isEqualTo("{\"frame\":" + i + ",\"accepted\":2,\"rejected\":[]}");
    }
    List<ConsumerRecord<byte[], byte[]>> records = Topics.read("stream." + stream);
    assertThat(records).hasSize(200);
    for (int i = 0; i < records.size(); i++) {
      assertThat(records.get(i).key()).isEqualTo("a".getBytes(UTF_8));
      // The field after the key: 0x02 for not null, then a zig-zag varint.
      byte[] value = records.get(i).value();
      assertThat(lastLong(value)).isEqualTo(i);
    }
    device.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void oneFrameIsStoredByARequestWithAResponse(Transport transport) {
    String stream = declare("response_" + transport.name().toLowerCase(java.util.Locale.ROOT));
    RSocket device = transport.connect(GATEWAY);
    String ack =
        Objects.requireNonNull(
            device
                .requestResponse(Transport.payload(stream, Bed.GOOD + "\n" + Bed.BAD))
                .map(Payload::getDataUtf8)
                .block(SOON));
    assertThat(ack)
        .isEqualTo(
            "{\"frame\":0,\"accepted\":1,\"rejected\":[{\"index\":1,\"code\":\"FIELD_TYPE\","
                + "\"field\":\"n\",\"detail\":\"n must be a LONG or null: was the string \\\"x\\\"\"}]}");
    assertThat(Topics.read("dead." + stream)).hasSize(1);
    device.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void fireAndForgetIsStoredAndNothingIsAnswered(Transport transport) {
    String stream = declare("forget_" + transport.name().toLowerCase(java.util.Locale.ROOT));
    RSocket device = transport.connect(GATEWAY);
    for (int i = 0; i < 50; i++) {
      device
          .fireAndForget(
              Transport.payload(stream, "{\"device\":\"a\",\"n\":" + i + "}\n" + Bed.BAD))
          .block(SOON);
    }
    for (String lost : List.of("streams.nosuch.events", "no.such.route")) {
      device.fireAndForget(Transport.routed(lost, Bed.GOOD)).block(SOON);
    }
    await().atMost(SOON).until(() -> Topics.read("dead." + stream).size() == 50);
    List<ConsumerRecord<byte[], byte[]>> records = Topics.read("stream." + stream);
    assertThat(records).hasSize(50);
    for (int i = 0; i < 50; i++) {
      assertThat(lastLong(records.get(i).value())).isEqualTo(i);
    }
    // The connection serves on.
    assertThat(channel(device, stream, List.of(Bed.GOOD)))
        .containsExactly("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    device.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeServedEndsWithAProblemDocument(Transport transport) {
    RSocket device = transport.connect(GATEWAY);
    assertThatThrownBy(() -> channel(device, "nosuch", List.of(Bed.GOOD)))
        .isInstanceOf(ApplicationErrorException.class)
        .hasMessageContaining("\"code\":\"STREAM_UNKNOWN\"");
    for (Payload payload :
        List.of(
            Transport.routed("no.such.route", Bed.GOOD),
            DefaultPayload.create(Bed.GOOD),
            DefaultPayload.create(Bed.GOOD, "not metadata"))) {
      assertThatThrownBy(() -> device.requestResponse(payload).block(SOON))
          .isInstanceOf(ApplicationErrorException.class)
          .hasMessageContaining("\"code\":\"NOT_FOUND\"");
    }
    assertThatThrownBy(() -> device.requestStream(Transport.payload("nosuch", "")).blockLast(SOON))
        .isInstanceOf(ApplicationErrorException.class)
        .hasMessageContaining("\"code\":\"METHOD_NOT_ALLOWED\"");
    device.dispose();
  }

  @Test
  void httpTakesAnArrayAnObjectAndLines() throws Exception {
    String stream = declare("over_http");
    assertThat(post(stream, "application/json", "[" + Bed.GOOD + "," + Bed.GOOD + "]").body())
        .isEqualTo("{\"frame\":0,\"accepted\":2,\"rejected\":[]}");
    assertThat(post(stream, "application/json;charset=utf-8", Bed.GOOD).body())
        .isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    HttpResponse<String> lines =
        post(stream, "application/x-ndjson", Bed.GOOD + "\n{\n" + Bed.GOOD + "\n");
    assertThat(lines.statusCode()).isEqualTo(200);
    assertThat(lines.body())
        .startsWith(
            "{\"frame\":0,\"accepted\":2,\"rejected\":[{\"index\":1,\"code\":\"EVENT_NOT_JSON\"");
    assertThat(Topics.read("stream." + stream)).hasSize(5);
    assertThat(Topics.read("dead." + stream)).hasSize(1);
  }

  @Test
  void httpTellsHowMuchMayBeSent() throws Exception {
    String stream = declare("http_credit");
    assertThat(post(stream, "application/json", Bed.GOOD).headers().firstValue("Sluice-Credit"))
        .hasValue("8");
    assertThat(post(stream, "application/json", "").headers().firstValue("Sluice-Credit"))
        .hasValue("8");
    IngestBudget budget = GATEWAY.bean(IngestBudget.class);
    // And what the ack itself holds until it has been read.
    long left = (14 << 20) + (64 << 10);
    IngestBudget.Reservation most = budget.tryReserve(budget.capacity() - left);
    assertThat(post(stream, "application/json", Bed.GOOD).headers().firstValue("Sluice-Credit"))
        .hasValue("2");
    Objects.requireNonNull(most).letGo();
  }

  @Test
  void httpRefusesWithAProblemDocument() throws Exception {
    String stream = declare("refusing");
    assertProblem(post("nosuch", "application/json", Bed.GOOD), 404, "STREAM_UNKNOWN");
    assertProblem(post(stream, "text/plain", Bed.GOOD), 415, "MEDIA_TYPE_UNSUPPORTED");
    assertProblem(post(stream, "nonsense", Bed.GOOD), 415, "MEDIA_TYPE_UNSUPPORTED");
    assertProblem(post(stream, "application/json", "[" + Bed.GOOD), 400, "FRAME_NOT_JSON");
    assertProblem(post(stream, "application/json", ""), 400, "FRAME_EMPTY");
    assertProblem(
        post(stream, "application/json", " ".repeat((1 << 20) + 1)), 413, "FRAME_TOO_LARGE");
    assertProblem(post(stream + "/events?x=1", "application/json", "[]", ""), 400, "BAD_REQUEST");
    assertThat(Topics.read("stream." + stream)).isEmpty();
    assertThat(GATEWAY.bean(IngestBudget.class).used()).isZero();
  }

  @Test
  void httpBodyOfUnknownLengthIsBoundWhileItIsRead() throws Exception {
    String stream = declare("chunked");
    HttpRequest request =
        HttpRequest.newBuilder(GATEWAY.http("/v1/streams/" + stream + "/events"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArray(" ".repeat((1 << 20) + 1).getBytes(UTF_8))))
            .build();
    assertProblem(
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()), 413, "FRAME_TOO_LARGE");
  }

  private static String declare(String name) {
    try (Bed bed = new Bed(1 << 20)) {
      bed.declare(name);
      StreamDefinition definition = Objects.requireNonNull(bed.find(name)).definition();
      GATEWAY.bean(Catalog.class).declare(definition).block(SOON);
    }
    return name;
  }

  private static List<String> channel(RSocket device, String stream, List<String> frames) {
    Flux<Payload> payloads =
        Flux.range(0, frames.size())
            .map(
                i ->
                    i == 0
                        ? Transport.payload(stream, frames.get(i))
                        : DefaultPayload.create(frames.get(i)));
    List<String> acks =
        Objects.requireNonNull(
            device.requestChannel(payloads).map(Payload::getDataUtf8).collectList().block(SOON));
    acks.forEach(ack -> AsyncApi.hold(ack, "Ack"));
    return acks;
  }

  private static HttpResponse<String> post(String stream, String type, String body)
      throws Exception {
    return post(stream, type, body, "/events");
  }

  private static HttpResponse<String> post(String stream, String type, String body, String suffix)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(GATEWAY.http("/v1/streams/" + stream + suffix))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.body()).contains("\"code\":\"" + code + "\"");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
  }

  static long lastLong(byte[] value) {
    int from = value.length - 1;
    while ((value[from - 1] & 0x80) != 0) {
      from--;
    }
    long zigZag = 0;
    for (int i = value.length - 1; i >= from; i--) {
      zigZag = zigZag << 7 | (value[i] & 0x7F);
    }
    return zigZag >>> 1 ^ -(zigZag & 1);
  }
}
