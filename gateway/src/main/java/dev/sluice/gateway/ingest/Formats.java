package dev.sluice.gateway.ingest;

import dev.sluice.gateway.http.MediaTypes;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** The formats that frames come in, by their MIME type; the same on every door. */
final class Formats {
  private static final Map<String, FrameFormat> BY_TYPE =
      Map.of(
          "application/json", FrameFormat.JSON,
          "application/x-ndjson", FrameFormat.NDJSON,
          "application/ndjson", FrameFormat.NDJSON,
          "application/cbor", FrameFormat.CBOR,
          "text/csv", FrameFormat.CSV,
          "application/senml+json", FrameFormat.SENML_JSON,
          "application/senml+cbor", FrameFormat.SENML_CBOR,
          "application/cloudevents+json", FrameFormat.CLOUDEVENT,
          "application/cloudevents-batch+json", FrameFormat.CLOUDEVENTS);

  private static final String TAKEN =
      "application/json, application/x-ndjson, application/cbor, text/csv, application/senml+json,"
          + " application/senml+cbor, application/cloudevents+json or"
          + " application/cloudevents-batch+json";

  private Formats() {}

  /**
   * The format of that type, whatever its parameters; only {@code charset} of a text must be UTF-8,
   * and {@code header} of CSV (RFC 4180, 3) not {@code absent}.
   *
   * @param where the type is said: a header's name, for a person
   * @throws dev.sluice.model.problem.ProblemException MEDIA_TYPE_UNSUPPORTED
   */
  static FrameFormat of(@Nullable String type, String where) {
    MediaType said = MediaTypes.parse(type);
    FrameFormat format = said == null ? null : BY_TYPE.get(withoutParameters(said));
    if (said == null || format == null) {
      throw unsupported(where + " must be " + TAKEN + ": was " + told(type));
    }
    if (!withoutParameters(said).endsWith("cbor") && !isUtf8(said)) {
      throw unsupported(where + " must have no charset but utf-8: was " + type);
    }
    if (format == FrameFormat.CSV && "absent".equalsIgnoreCase(said.getParameter("header"))) {
      throw unsupported(where + " must not be without a header, a row of names: was " + type);
    }
    return format;
  }

  /**
   * The MIME type of one event, cut out of a frame of that format; one of CSV has its row of names,
   * and one of SenML is resolved, as a pack in JSON, if it could be.
   */
  static String ofEvent(FrameFormat format, byte[] event) {
    return switch (format) {
      case JSON, NDJSON, EITHER -> "application/json";
      case CBOR -> "application/cbor";
      case CSV -> "text/csv";
      case SENML_JSON -> "application/senml+json";
      case SENML_CBOR ->
          event.length > 0 && event[0] == '[' ? "application/senml+json" : "application/senml+cbor";
      case CLOUDEVENT, CLOUDEVENTS -> "application/cloudevents+json";
    };
  }

  /** The format of a frame, an array where it can be, of one event of that MIME type; or null. */
  static @Nullable FrameFormat ofLetter(String type) {
    return switch (type) {
      case "application/json" -> FrameFormat.JSON;
      case "application/cbor" -> FrameFormat.CBOR;
      case "text/csv" -> FrameFormat.CSV;
      case "application/senml+json" -> FrameFormat.SENML_JSON;
      case "application/cloudevents+json" -> FrameFormat.CLOUDEVENTS;
      default -> null;
    };
  }

  private static boolean isUtf8(MediaType type) {
    String charset = type.getParameter("charset");
    return charset == null || charset.replace("\"", "").equalsIgnoreCase("utf-8");
  }

  private static String told(@Nullable String type) {
    return type == null ? "not there" : type;
  }

  private static ProblemException unsupported(String detail) {
    return Problem.of(ProblemCode.MEDIA_TYPE_UNSUPPORTED, detail).toException();
  }

  private static String withoutParameters(MediaType type) {
    return (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
  }
}
