package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/** Frames that are wrong in known ways, and what each must be answered with. */
final class HostileFrames {
  private final Random random;
  private final int frameBytes;

  /**
   * @param expected a code that the answer must hold; empty: any answer will do
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket; never compared
  record Hostile(byte[] data, String expected) {}

  HostileFrames(Random random, int frameBytes) {
    this.random = random;
    this.frameBytes = frameBytes;
  }

  Hostile next() {
    return switch (random.nextInt(9)) {
      case 0 -> randomBytes();
      case 1 -> truncated();
      case 2 -> mutated();
      case 3 -> oversized();
      case 4 ->
          of(
              "[{\"device\":\"a\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}]",
              "EVENT_TOO_DEEP");
      case 5 -> of("[{\"device\":" + random.nextInt() + "}]", "FIELD_TYPE");
      case 6 -> of("[" + good() + ",{\"n\":1}," + good() + "]", "FIELD_MISSING");
      case 7 -> of("[" + good() + ", " + random.nextInt() + "]", "EVENT_NOT_OBJECT");
      default -> of("[{\"device\":\"" + "x".repeat(frameBytes / 2) + "\"}]", "EVENT_TOO_LARGE");
    };
  }

  private Hostile of(String json, String expected) {
    return new Hostile(json.getBytes(UTF_8), expected);
  }

  private String good() {
    return "{\"device\":\"" + random.nextInt(10) + "\",\"n\":" + random.nextLong() + "}";
  }

  private byte[] goodFrame() {
    return ("[" + good() + "," + good() + "," + good() + "]").getBytes(UTF_8);
  }

  private Hostile randomBytes() {
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    bytes[0] |= (byte) 0x80; // so that it is no JSON, not even by chance
    return new Hostile(bytes, "FRAME_NOT_JSON");
  }

  private Hostile truncated() {
    byte[] frame = goodFrame();
    return new Hostile(
        Arrays.copyOf(frame, 1 + random.nextInt(frame.length - 1)), "FRAME_NOT_JSON");
  }

  private Hostile mutated() {
    byte[] frame = goodFrame();
    for (int i = random.nextInt(3); i >= 0; i--) {
      frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
    }
    return new Hostile(frame, "");
  }

  private Hostile oversized() {
    byte[] frame = new byte[frameBytes + 1 + random.nextInt(frameBytes / 2)];
    Arrays.fill(frame, (byte) ' ');
    return new Hostile(frame, "FRAME_TOO_LARGE");
  }
}
