package dev.sluice.benchmark.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Frames in every format, compressed now and then, to a stream that is there, or not. */
final class FramesOverHttp implements Door {
  private static final List<String> TYPES = new ArrayList<>(Valid.TEXT_FRAMES.keySet());
  private static final CBORMapper CBOR = CBORMapper.shared();

  private final Http http;

  FramesOverHttp(Http http) {
    this.http = http;
  }

  @Override
  public Answer send(Mutator mutator) throws Exception {
    String type = type(mutator);
    byte[] frame = frame(mutator, type);
    String stream = mutator.oneIn(50) ? "not%20there" : Valid.STREAM;
    HttpRequest.Builder request = http.to("/v1/streams/" + stream + "/events");
    request.header("Content-Type", mutator.oneIn(50) ? "text/plain" : type);
    if (mutator.oneIn(20)) {
      boolean gzip = mutator.oneIn(2);
      request.header("Content-Encoding", gzip ? "gzip" : mutator.one(List.of("zstd", "br", "x")));
      frame = gzip ? mutator.bytes(gzip(frame)) : frame;
    }
    return http.send(
        request.POST(BodyPublishers.ofByteArray(frame)).build(),
        type + " " + Base64.getEncoder().encodeToString(frame));
  }

  static String type(Mutator mutator) {
    return switch (mutator.number(4)) {
      case 0 -> "application/cbor";
      case 1 -> mutator.one(TYPES);
      default -> "application/json";
    };
  }

  static byte[] frame(Mutator mutator, String type) {
    byte[] text = Valid.TEXT_FRAMES.get(type);
    if (text != null) {
      return mutator.bytes(text);
    }
    if (type.equals("application/cbor")) {
      byte[] cbor = CBOR.writeValueAsBytes(mutator.tree(Valid.EVENTS));
      return mutator.oneIn(2) ? mutator.bytes(cbor) : cbor;
    }
    return mutator.json(Valid.EVENTS);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
