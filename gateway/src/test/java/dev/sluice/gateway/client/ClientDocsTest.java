package dev.sluice.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the clients' page, as it stands there. */
class ClientDocsTest {
  private static final Path PAGE = Path.of("..", "deployment", "docs", "clients.md");

  @Test
  void javaExampleDoesWhatItSays(@TempDir Path directory) throws Exception {
    RunningGateway gateway = RunningGateway.shared();
    gateway.declare(
        "readings",
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"},
                    {"name": "temperature", "type": "DOUBLE", "nullable": true}],
         "key": "device", "time": "ts", "id": "seq"}
        """);
    Matcher example =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();
    Path source = Files.writeString(directory.resolve("Readings.java"), example.group(1));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                System.err,
                "-proc:none",
                "-d",
                directory.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(failed).isZero();

    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (URLClassLoader classes = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      classes
          .loadClass("Readings")
          .getMethod("main", String[].class)
          .invoke(
              null,
              (Object)
                  new String[] {
                    String.valueOf(gateway.rsocketPort()), directory.resolve("buffer").toString()
                  });
    } finally {
      System.setOut(out);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("100 21.0");
  }
}
