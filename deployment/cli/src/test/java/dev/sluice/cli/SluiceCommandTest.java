package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SluiceCommandTest {
  @Test
  void helpListsEveryCommandAndTheExitCodes() {
    Run run = Run.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "  demo ", "  up ", "  gateway ", "  pipeline ", "stream", "send", "query", "version")
        .contains("Exit codes:", "3   the gateway cannot be reached");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version",
        "query",
        "token",
        "queries list",
        "queries show",
        "queries delete",
        "send",
        "stream",
        "stream declare",
        "stream infer",
        "stream list",
        "stream show",
        "stream delete"
      })
  void everyCommandHasHelpWithTheExitCodes(String command) {
    Run run = Run.of((command + " --help").split(" ", -1));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: sluice " + command).contains("Exit codes:");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void versionNamesSluiceAndJava() {
    assertThat(Run.of("version").out()).startsWith("sluice ").contains("Java ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "qery", "stream", "stream shw", "query", "query --form x SELECT"})
  void wrongCommandLineIsUsage(String line) {
    Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isNotBlank();
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatCannotBeAskedForIsTold() {
    Run stream = Run.of("send", "a b", "none.csv");
    assertThat(stream.exitCode()).isEqualTo(2);
    assertThat(stream.err())
        .isEqualTo("sluice: a stream's name is lower-case letters, digits and _: was a b\n");
    Run token = Run.of("query", "SELECT 1", "--token", "se\ncret");
    assertThat(token.exitCode()).isEqualTo(2);
    assertThat(token.err()).startsWith("sluice: a token is one word").doesNotContain("cret");
  }

  @Test
  void whatTheLauncherDoesIsLeftToIt() {
    Run run = Run.of("demo", "--http-port", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("deployment/sluice");
  }
}
