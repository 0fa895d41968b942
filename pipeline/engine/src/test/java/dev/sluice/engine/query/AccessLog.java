package dev.sluice.engine.query;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/** Lines of a web server's access log, as they were written. */
final class AccessLog {
  static final long LINES = 10_000;
  private static final int FRAME = 500;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern LINE = Pattern.compile("(\\S+) \\S+ \\S+ \\[([^]]+)] (.*)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private AccessLog() {}

  static StreamDefinition stream(String name, Duration lateness) {
    return new StreamDefinition(
        name,
        List.of(
            new Field("client", FieldType.STRING, false),
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("text", FieldType.STRING, false)),
        new Identity("client", null, Duration.ZERO),
        new EventTime("ts", true, lateness, Duration.ZERO, Duration.ofSeconds(2), null, null),
        new Storage(1, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }

  /** The log as frames of JSON. */
  static List<String> frames() {
    List<String> events = events();
    List<String> frames = new ArrayList<>();
    for (int from = 0; from < events.size(); from += FRAME) {
      frames.add(events.subList(from, Math.min(events.size(), from + FRAME)).toString());
    }
    return frames;
  }

  private static List<String> events() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(
                        AccessLog.class.getResourceAsStream("access-log-2015-05.gz"))),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(AccessLog::event).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String event(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(line);
    }
    return JSON.writeValueAsString(
        java.util.Map.of(
            "client",
            matcher.group(1),
            "ts",
            OffsetDateTime.parse(matcher.group(2), TIME).toInstant().toString(),
            "text",
            matcher.group(3)));
  }
}
