package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvReadFeature;

/**
 * One frame of CSV (RFC 4180) on its way: the first row names the columns, and each row after it is
 * an event. What is rejected is kept under the first row, so that it is a frame of its own.
 */
final class CsvDecoding<E> {
  private static final int UNKNOWN = -1;

  /**
   * As each rejected row is kept with the row of names, ten thousand could be as many times as
   * large as what came: they may be so many frames.
   */
  private static final int MOST_KEPT = 4;

  private static final CsvFactory CSV =
      CsvFactory.builder()
          .enable(CsvReadFeature.SKIP_EMPTY_LINES)
          .enable(CsvReadFeature.EMPTY_UNQUOTED_STRING_AS_NULL)
          .disable(CsvReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private final EventSchema schema;
  private final FrameBounds bounds;
  private final byte[] frame;
  private final Verdict verdict;
  private final EventRow row;
  private final Function<EventRow, E> factory;
  private final List<E> events = new ArrayList<>();
  private final List<Rejection> rejected = new ArrayList<>();
  private String text = "";

  /** The field of each column, or UNKNOWN. */
  private int[] fields = new int[0];

  /** The first column that is no field's, if the stream rejects such; null: there is none. */
  private @Nullable String stranger;

  private byte[] header = new byte[0];
  private long keptBytes;

  CsvDecoding(
      EventSchema schema,
      FrameBounds bounds,
      byte[] frame,
      long now,
      Function<EventRow, E> factory) {
    this.schema = schema;
    this.bounds = bounds;
    this.frame = frame;
    this.verdict = new Verdict(schema, bounds, now);
    this.row = new EventRow(schema.names.count());
    this.factory = factory;
  }

  DecodedFrame<E> run() {
    Problem problem;
    try {
      text = text(frame);
      problem = text.isBlank() ? FrameDecoder.empty() : read();
    } catch (CharacterCodingException notUtf8) {
      problem = malformed("is not UTF-8");
    } catch (JacksonException notCsv) {
      problem = malformed(Malformed.why(notCsv));
    }
    return problem == null
        ? new DecodedFrame<>(events, rejected, null)
        : DecodedFrame.refused(problem);
  }

  /**
   * Without the mark that some programs write before UTF-8, and with the last row's end: the parser
   * does not say rightly where it is when it has met the end of its input in a row.
   */
  private static String text(byte[] frame) throws CharacterCodingException {
    String all = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(frame)).toString();
    String rows = all.startsWith("\uFEFF") ? all.substring(1) : all;
    return rows.endsWith("\n") ? rows : rows + "\n";
  }

  private static Problem malformed(@Nullable String why) {
    return Problem.of(
        ProblemCode.FRAME_MALFORMED,
        "a frame of CSV must be a row of names, then one event a row: " + why);
  }

  private @Nullable Problem read() {
    try (JsonParser parser = CSV.createParser(ObjectReadContext.empty(), text)) {
      Problem problem = readHeader(parser);
      if (problem != null) {
        return problem;
      }
      int from = end(parser);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        if (events.size() + rejected.size() == bounds.events()) {
          return FrameDecoder.tooMany(bounds);
        }
        readRow(parser, from);
        if (keptBytes > (long) MOST_KEPT * bounds.frameBytes()) {
          return tooMuchRejected();
        }
        from = end(parser);
      }
      return null;
    }
  }

  private Problem tooMuchRejected() {
    return Problem.of(
        ProblemCode.FRAME_TOO_LARGE,
        "the rejected rows, each with the row of names, must be at most "
            + MOST_KEPT
            + " times the greatest frame: the first "
            + rejected.size()
            + " are more; send it in parts");
  }

  private @Nullable Problem readHeader(JsonParser parser) {
    List<Integer> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    parser.nextToken();
    for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
      String name = token == JsonToken.VALUE_NULL ? "" : parser.getString().strip();
      if (name.isEmpty()) {
        return malformed("column " + (columns.size() + 1) + " has no name in the first row");
      }
      if (!seen.add(name)) {
        return malformed("the column " + Verdict.shown(name) + " is there twice");
      }
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      int field = schema.names.find(utf8, 0, utf8.length);
      if (field == UNKNOWN && schema.rejectUnknown && stranger == null) {
        stranger = Verdict.shown(name);
      }
      if (field != UNKNOWN && columns.contains(field)) {
        String shown = schema.field(field).name();
        return malformed("two columns are the field " + shown + ", by its name and an alias");
      }
      columns.add(field);
    }
    header = bytes(0, end(parser));
    if (header.length > bounds.eventBytes()) {
      return Problem.of(
          ProblemCode.FRAME_TOO_LARGE,
          "the row of names must be at most "
              + bounds.eventBytes()
              + " bytes: was "
              + header.length);
    }
    fields = columns.stream().mapToInt(Integer::intValue).toArray();
    return null;
  }

  private void readRow(JsonParser parser, int from) {
    verdict.clear();
    row.clear();
    if (stranger != null) {
      verdict.rejectUnknown(stranger);
    }
    int cells = 0;
    for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
      if (cells < fields.length && token != JsonToken.VALUE_NULL && verdict.isGood()) {
        readCell(fields[cells], parser.getString());
      }
      cells++;
    }
    if (cells != fields.length) {
      verdict.clear();
      verdict.rejectColumns(cells, fields.length);
    }
    int to = end(parser);
    verdict.check(row, isSurelyWithin(to - from) ? 0 : bytes(from, to).length, 1);
    if (verdict.isGood()) {
      events.add(factory.apply(row));
    } else {
      byte[] original = original(from, to);
      keptBytes += original.length;
      rejected.add(verdict.rejection(events.size() + rejected.size(), original));
    }
  }

  private void readCell(int field, String cell) {
    if (field != UNKNOWN && !TextValue.read(row, field, schema.type(field), cell)) {
      verdict.rejectType(field, "the string \"" + Verdict.shown(cell) + '"');
    }
  }

  /** Without counting: a character has at most three bytes for each of its units. */
  private boolean isSurelyWithin(int chars) {
    return 3L * chars <= bounds.eventBytes();
  }

  private byte[] original(int from, int to) {
    byte[] own = bytes(from, to);
    int kept = Math.min(own.length, bounds.eventBytes());
    byte[] original = Arrays.copyOf(header, header.length + 2 + kept);
    original[header.length] = '\r';
    original[header.length + 1] = '\n';
    System.arraycopy(own, 0, original, header.length + 2, kept);
    return original;
  }

  /** The row between the places, without its end and the empty lines around it. */
  private byte[] bytes(int from, int to) {
    int first = from;
    int last = Math.min(to, text.length());
    for (int i = first; i < last && text.charAt(i) <= ' '; i++) {
      first = isLineEnd(text.charAt(i)) ? i + 1 : first;
    }
    for (int i = last - 1; i >= first && text.charAt(i) <= ' '; i--) {
      last = isLineEnd(text.charAt(i)) ? i : last;
    }
    return text.substring(first, last).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  /** Where the row that was read ends, in characters. */
  private static int end(JsonParser parser) {
    return (int) parser.currentLocation().getCharOffset();
  }

  private static JsonToken next(JsonParser parser) {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new StreamReadException(parser, "it ends within a row");
    }
    return token;
  }
}
