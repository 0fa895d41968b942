package dev.sluice.gateway.ingest;

import dev.sluice.gateway.http.MediaTypes;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A CloudEvent in HTTP's binary mode (HTTP binding 1.0, 3.1): its attributes are headers, its data
 * is the body. It becomes what the same event would be in structured mode, so that it is read, and
 * kept if it is rejected, as one.
 */
final class CloudEventHeaders {
  private static final String PREFIX = "ce-";
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, String> attributes;
  private final @Nullable String contentType;

  private CloudEventHeaders(Map<String, String> attributes, @Nullable String contentType) {
    this.attributes = attributes;
    this.contentType = contentType;
  }

  /**
   * What the headers say; null if they are none of a CloudEvent in this mode.
   *
   * @throws ProblemException BAD_REQUEST for a value that is not UTF-8, percent-encoded, or that is
   *     there twice
   */
  static @Nullable CloudEventHeaders of(HttpHeaders headers) {
    String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
    boolean structured =
        type != null && type.toLowerCase(Locale.ROOT).startsWith("application/cloudevents");
    if (structured || headers.getFirst(PREFIX + "specversion") == null) {
      return null;
    }
    Map<String, String> attributes = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(PREFIX)) {
            if (values.size() != 1) {
              // Which of them counts, somebody on the way may have decided otherwise.
              throw bad(lower + " must be there once: is there " + values.size() + " times");
            }
            String attribute = lower.substring(PREFIX.length());
            attributes.put(attribute, decoded(lower, unquoted(values.get(0))));
          }
        });
    for (String data : new String[] {"data", "data_base64", "datacontenttype"}) {
      if (attributes.containsKey(data)) {
        throw bad(PREFIX + data + " must not be there: the body is the data");
      }
    }
    return new CloudEventHeaders(attributes, type);
  }

  /** HTTP binding 1.0, 3.1.3.2: first quotes, which older senders put. */
  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
  }

  /** Then one round of percent-decoding. */
  private static String decoded(String header, String value) {
    byte[] coded = value.getBytes(StandardCharsets.UTF_8);
    ByteBuffer utf8 = ByteBuffer.allocate(coded.length);
    for (int i = 0; i < coded.length; i++) {
      if (coded[i] != '%') {
        utf8.put(coded[i]);
        continue;
      }
      int high = i + 2 < coded.length ? Character.digit(coded[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(coded[i + 2], 16);
      if (low < 0) {
        throw bad(header + " must have two hexadecimal digits behind each %: was " + value);
      }
      utf8.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return utf8(utf8.flip());
    } catch (CharacterCodingException notUtf8) {
      throw bad(header + " must be UTF-8, percent-encoded: was " + value);
    }
  }

  private static String utf8(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  private static ProblemException bad(String detail) {
    return Problem.of(ProblemCode.BAD_REQUEST, detail).toException();
  }

  /**
   * The event in structured mode.
   *
   * @throws ProblemException FRAME_MALFORMED if the body is not the JSON or text that the headers
   *     say
   */
  byte[] structured(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 256);
    try (JsonGenerator json = JsonMapper.shared().createGenerator(bytes)) {
      json.writeStartObject();
      attributes.forEach(json::writeStringProperty);
      if (contentType != null) {
        json.writeStringProperty("datacontenttype", contentType);
      }
      if (body.length > 0) {
        writeData(body, json);
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private void writeData(byte[] body, JsonGenerator json) {
    MediaType type = MediaTypes.parse(contentType);
    if (type != null && isJson(type)) {
      requireOneValue(body);
      json.writeName("data");
      json.writeRawValue(text(body));
    } else if (type != null && (type.getType().equals("text") || isXml(type))) {
      json.writeStringProperty("data", text(body));
    } else {
      json.writeStringProperty("data_base64", Base64.getEncoder().encodeToString(body));
    }
  }

  private static boolean isJson(MediaType type) {
    return type.getSubtype().equals("json") || type.getSubtype().endsWith("+json");
  }

  private static boolean isXml(MediaType type) {
    return type.getSubtype().equals("xml") || type.getSubtype().endsWith("+xml");
  }

  private static String text(byte[] body) {
    try {
      return utf8(ByteBuffer.wrap(body));
    } catch (CharacterCodingException notUtf8) {
      throw malformed("text, as Content-Type says: is not UTF-8");
    }
  }

  /** What goes between two commas must not bring commas of its own. */
  private static void requireOneValue(byte[] body) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      parser.nextToken();
      parser.skipChildren();
      if (!parser.hasCurrentToken() || parser.nextToken() != null) {
        throw malformed("one value of JSON, as Content-Type says: is none, or more");
      }
    } catch (JacksonException notJson) {
      throw malformed("JSON, as Content-Type says: " + Malformed.why(notJson));
    }
  }

  private static ProblemException malformed(String why) {
    return Problem.of(ProblemCode.FRAME_MALFORMED, "the body must be " + why).toException();
  }
}
