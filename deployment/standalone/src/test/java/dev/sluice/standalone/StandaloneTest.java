package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StandaloneTest {
  private final StringWriter err = new StringWriter();

  @Test
  void aTakenPortIsOneLineAndNothingIsStarted(@TempDir Path directory) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThat(up(directory, "--http-port=" + port)).isEqualTo(2);
      assertThat(theOneLine())
          .startsWith("sluice: port " + port + " is taken: ")
          .endsWith("; choose another with --http-port");
    }
    assertThat(directory.resolve("kafka")).doesNotExist();
    assertThat(directory.resolve("postgres")).doesNotExist();
    DataDirectory.lock(directory).close();
  }

  @Test
  void aDirectoryInUseIsOneLine(@TempDir Path directory) {
    try (DataDirectory held = DataDirectory.lock(directory)) {
      assertThat(up(directory)).isEqualTo(2);
      assertThat(theOneLine())
          .startsWith("sluice: data directory " + held.path() + " is in use by another run");
    }
  }

  @Test
  void aSettingThatTheGatewayRefusesIsOneLineAndTheServersAreStoppedAgain(@TempDir Path directory)
      throws IOException {
    int kafkaPort = freePort();
    int postgresPort = freePort();
    String[] arguments = {
      "--kafka-port=" + kafkaPort,
      "--postgres-port=" + postgresPort,
      "--sluice.postgres.connections=0"
    };
    assertThat(up(directory, arguments)).isEqualTo(2);
    assertThat(theOneLine()).isEqualTo("sluice: sluice.postgres.connections must be 1..64: was 0");
    for (int port : new int[] {kafkaPort, postgresPort}) {
      new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }
    assertThat(directory.resolve("postgres/data/postmaster.pid")).doesNotExist();
    DataDirectory.lock(directory).close();
  }

  @ParameterizedTest
  @CsvSource({
    "--bogus, unknown argument --bogus; see sluice up --help",
    "--http-port=70000, a port must be 0..65535: was 70000; see sluice up --help",
    "stray, unknown argument stray; see sluice up --help"
  })
  void whatItDoesNotKnowIsRefused(String argument, String message, @TempDir Path directory) {
    assertThat(up(directory, argument)).isEqualTo(2);
    assertThat(theOneLine()).isEqualTo("sluice: " + message);
  }

  private int up(Path directory, String... further) {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--data=" + directory, "--rsocket-port=0"));
    arguments.addAll(List.of(further));
    for (String port : List.of("--http-port", "--kafka-port", "--postgres-port")) {
      if (arguments.stream().noneMatch(argument -> argument.startsWith(port))) {
        arguments.add(port + "=0");
      }
    }
    CommandLine line = Standalone.commandLine();
    return line.setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
  }

  private String theOneLine() {
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString().strip();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
