package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @Test
  void isOneRunsAtATime(@TempDir Path directory) {
    try (DataDirectory held = DataDirectory.lock(directory)) {
      assertThatThrownBy(() -> DataDirectory.lock(directory))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessage(
              "data directory %s is in use by another run (process %d)",
              held.path(), ProcessHandle.current().pid());
    }
    try (DataDirectory again = DataDirectory.lock(directory)) {
      assertThat(again.kafka()).isEqualTo(directory.resolve("kafka"));
    }
  }

  @Test
  void aFileInItsPlaceIsOneLine(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.lock(file.resolve("data")))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageStartingWith("data directory " + file.resolve("data") + " cannot be used")
        .hasMessageNotContaining("\n");
  }
}
