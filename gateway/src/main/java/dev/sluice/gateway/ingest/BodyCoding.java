package dev.sluice.gateway.ingest;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** How a body is compressed. Expanding takes a processor: not for an event loop. */
enum BodyCoding {
  IDENTITY {
    @Override
    InputStream open(InputStream body) {
      return body;
    }
  },
  GZIP {
    @Override
    InputStream open(InputStream body) throws IOException {
      return new GZIPInputStream(body);
    }
  },
  ZSTD {
    @Override
    InputStream open(InputStream body) throws IOException {
      return new ZstdInputStreamNoFinalizer(body).setLongMax(WINDOW_LOG);
    }
  };

  /** 8 MiB, the most that a sender may count on (RFC 8878, 3.1.1.1.2). */
  private static final int WINDOW_LOG = 23;

  abstract InputStream open(InputStream body) throws IOException;

  /**
   * The coding that {@code Content-Encoding} says.
   *
   * @param headers every one there is
   * @throws dev.sluice.model.problem.ProblemException MEDIA_TYPE_UNSUPPORTED
   */
  static BodyCoding of(List<String> headers) {
    if (headers.isEmpty()) {
      return IDENTITY;
    }
    String said = String.join(", ", headers).strip();
    return switch (said.toLowerCase(Locale.ROOT)) {
      case "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "zstd" -> ZSTD;
      default ->
          throw Problem.of(
                  ProblemCode.MEDIA_TYPE_UNSUPPORTED,
                  "Content-Encoding must be gzip, zstd or identity, one of them: was " + said)
              .toException();
    };
  }

  /**
   * What the body holds.
   *
   * @param most bytes that it may; nothing is expanded beyond them
   * @throws dev.sluice.model.problem.ProblemException FRAME_TOO_LARGE, BAD_REQUEST
   */
  byte[] expand(byte[] body, int most) {
    if (this == IDENTITY) {
      return body;
    }
    byte[] expanded;
    try (InputStream in = open(new ByteArrayInputStream(body))) {
      expanded = in.readNBytes(most + 1);
    } catch (IOException notCompressed) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the body is not "
                  + name().toLowerCase(Locale.ROOT)
                  + ", or not whole: "
                  + Objects.requireNonNullElse(notCompressed.getMessage(), "it ends too soon"))
          .toException();
    }
    if (expanded.length > most) {
      throw Problem.of(
              ProblemCode.FRAME_TOO_LARGE,
              "a frame must be at most " + most + " bytes when it is expanded: send it in parts")
          .toException();
    }
    return expanded;
  }
}
