package dev.sluice.gateway.ingest;

import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The formats that frames come in, by their MIME type; the same on every door. */
final class Formats {
  private static final Map<String, FrameFormat> BY_TYPE =
      Map.of(
          "application/json", FrameFormat.JSON,
          "application/x-ndjson", FrameFormat.NDJSON,
          "application/ndjson", FrameFormat.NDJSON,
          "application/cbor", FrameFormat.CBOR);

  private static final String TAKEN = "application/json, application/x-ndjson or application/cbor";

  private Formats() {}

  /**
   * The format of that type, whatever its parameters.
   *
   * @param where the type is said: a header's name, for a person
   * @throws dev.sluice.model.problem.ProblemException MEDIA_TYPE_UNSUPPORTED
   */
  static FrameFormat of(@Nullable String type, String where) {
    FrameFormat format = type == null ? null : BY_TYPE.get(withoutParameters(type));
    if (format == null) {
      throw Problem.of(
              ProblemCode.MEDIA_TYPE_UNSUPPORTED,
              where + " must be " + TAKEN + ": was " + (type == null ? "not there" : type))
          .toException();
    }
    return format;
  }

  private static String withoutParameters(String type) {
    try {
      MediaType parsed = MediaType.parseMediaType(type);
      return parsed.getType() + "/" + parsed.getSubtype();
    } catch (InvalidMediaTypeException malformed) {
      return "";
    }
  }
}
