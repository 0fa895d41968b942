package dev.sluice.cli.query;

import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.GatewayHttp.ProblemAnswer;
import dev.sluice.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an NDJSON answer. When the connection breaks, or the gateway ends the answer before
 * it is over, it goes on after the last line that came; none is missing, none comes twice.
 */
final class AnswerLines implements AutoCloseable {
  private static final Pattern TOKEN = Pattern.compile(", \"id\": \"([A-Za-z0-9_-]+)\"}$");
  private static final Set<String> GOES_ON =
      Set.of("SLOW_SUBSCRIBER", "OVERLOADED", "LOG_UNAVAILABLE", "TOKEN_EXPIRED");
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Tries to come back, in a row, before it gives up. */
  private static final int TRIES = 30;

  private final Asking asking;
  private BufferedReader lines;
  private @Nullable String after;
  private boolean over;
  private boolean newlyOpened;

  /** Asks the question. */
  interface Asking {
    /**
     * @param after the token to go on after, or null
     */
    InputStream ask(@Nullable String after) throws ProblemAnswer;
  }

  AnswerLines(Asking asking) throws ProblemAnswer {
    this.asking = asking;
    this.lines = reader(asking.ask(null));
  }

  private static BufferedReader reader(InputStream answer) {
    return new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
  }

  /** The next line, without its token; null at the end. */
  @Nullable String next() throws IOException, ProblemAnswer {
    while (true) {
      String line = null;
      try {
        line = lines.readLine();
      } catch (IOException e) {
        if (after == null) {
          throw e;
        }
        newlyOpened = false;
      }
      if (line == null) {
        // Nothing at all after coming back: there was nothing more to come.
        if (over || after == null || newlyOpened) {
          return null;
        }
        comeBack();
      } else if (!line.isEmpty()) {
        String told = told(line);
        if (told != null) {
          return told;
        }
      }
    }
  }

  private @Nullable String told(String line) {
    newlyOpened = false;
    Matcher token = TOKEN.matcher(line);
    boolean hasToken = token.find();
    if (hasToken) {
      after = token.group(1);
    }
    over = line.startsWith("{\"end\"");
    if (line.startsWith("{\"error\"")) {
      String code = Json.text(Json.object(Json.object(line).get("error")), "code");
      if (after != null && code != null && GOES_ON.contains(code)) {
        return null;
      }
      over = true;
    }
    return hasToken ? line.substring(0, token.start()) + "}" : line;
  }

  private void comeBack() throws IOException, ProblemAnswer {
    lines.close();
    for (int tries = 1; ; tries++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      try {
        lines = reader(asking.ask(after));
        newlyOpened = true;
        return;
      } catch (CommandFailure unreachable) {
        if (tries == TRIES) {
          throw unreachable;
        }
      } catch (ProblemAnswer refused) {
        if (tries == TRIES || !refused.problem().isPassing()) {
          throw refused;
        }
      }
    }
  }

  /** Whether there is more to read without waiting. */
  boolean ready() throws IOException {
    return lines.ready();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
