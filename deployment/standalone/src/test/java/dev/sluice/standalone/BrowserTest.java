package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {
  @Test
  void isToldTheAddressByTheCommandThatThereIs(@TempDir Path folder) throws Exception {
    Path told = folder.resolve("told");
    Path opener = folder.resolve("opener");
    Files.writeString(
        opener,
        "#!/bin/sh\necho \"$*\" > '" + told + ".new' && mv '" + told + ".new' '" + told + "'\n");
    Files.setPosixFilePermissions(opener, PosixFilePermissions.fromString("rwx------"));

    Browser.open(opener.toString(), "http://localhost:8080");

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> Files.exists(told) && Files.readString(told).equals("http://localhost:8080\n"));
  }

  @Test
  void thatIsNotThereIsNoFailure(@TempDir Path folder) {
    assertThatCode(() -> Browser.open(folder.resolve("none").toString(), "http://localhost:8080"))
        .doesNotThrowAnyException();
  }
}
