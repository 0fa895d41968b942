package dev.sluice.cli.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who calls. */
final class Credentials {
  private static final char DELETE = 0x7F;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Who calls: a token (default: $SLUICE_TOKEN). Other users of the machine may see it; a file they do not.")
  @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token, read for each connection (default: $SLUICE_TOKEN_FILE).")
  @Nullable Path file;

  /**
   * The token as it is now; null if nobody calls.
   *
   * @throws CommandFailure if its file cannot be read, or it can be no token
   */
  @Nullable String now() {
    return now(System.getenv());
  }

  @Nullable String now(Map<String, String> environment) {
    String said = said(environment);
    if (said != null && !said.chars().allMatch(c -> c > ' ' && c < DELETE)) {
      // What it is may be a secret all the same.
      throw CommandFailure.usage(
          "a token is one word of ASCII: look at --token, --token-file and their variables");
    }
    return said;
  }

  private @Nullable String said(Map<String, String> environment) {
    if (token != null) {
      return token.strip();
    }
    String named = environment.get("SLUICE_TOKEN_FILE");
    Path from = file != null ? file : named == null ? null : Path.of(named);
    if (from != null) {
      try {
        return Files.readString(from).strip();
      } catch (IOException e) {
        throw CommandFailure.usage("cannot read the token's file " + from + ": " + e);
      }
    }
    String variable = environment.get("SLUICE_TOKEN");
    return variable == null || variable.isBlank() ? null : variable.strip();
  }
}
