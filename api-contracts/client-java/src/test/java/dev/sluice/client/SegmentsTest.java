package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a process that died left in the directory. */
class SegmentsTest {
  private static final long BOUND = 64 * 1024;

  @TempDir private Path directory;
  private Path buffer;

  @BeforeEach
  void makeRoom() {
    buffer = directory.resolve("buffer");
  }

  private Segments open() {
    return Segments.open(new DiskBuffer(buffer, BOUND, DiskBuffer.Fsync.NEVER));
  }

  private static Segment.Entry entry(int number) {
    String json = "{\"n\":%d,\"pad\":\"%s\"}".formatted(number, "x".repeat(number % 7));
    return new Segment.Entry(json.getBytes(StandardCharsets.UTF_8), number % 3 == 0);
  }

  private static List<String> readAll(Segments segments) throws IOException {
    List<String> read = new ArrayList<>();
    for (Segment.Entry next = segments.peek(); next != null; next = segments.peek()) {
      segments.took(next);
      read.add(new String(next.json(), StandardCharsets.UTF_8) + next.wholeFrame());
    }
    return read;
  }

  private List<String> write(int count) throws IOException {
    Segments segments = open();
    for (int i = 0; i < count; i++) {
      segments.append(entry(i));
    }
    List<String> written = readAll(segments);
    segments.close();
    assertThat(written).hasSize(count);
    return written;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(buffer)) {
      return files.filter(Segment::isOne).sorted().toList();
    }
  }

  @Test
  void whatWasWrittenWholeIsThereWhereverTheLastWriteWasTorn() throws IOException {
    List<String> written = write(12);
    Path file = files().get(0);
    Path whole = Files.copy(file, directory.resolve("whole"));
    byte[] bytes = Files.readAllBytes(whole);

    long before = -1;
    for (int length = 0; length <= bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      Segments segments = open();
      List<String> read = readAll(segments);
      assertThat(read).isEqualTo(written.subList(0, read.size()));
      assertThat(read.size()).isGreaterThanOrEqualTo((int) before);
      before = read.size();
      // And it goes on behind what was whole.
      assertThat(segments.end()).isEqualTo(read.size());
      segments.append(entry(99));
      assertThat(readAll(segments)).hasSize(1);
      segments.close();
      empty();
    }
    assertThat(before).isEqualTo(12);
  }

  private void empty() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
    Files.deleteIfExists(buffer.resolve("acked"));
  }

  @Test
  void aByteThatIsNotWhatItWasEndsTheFileThere() throws IOException {
    List<String> written = write(12);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 8; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      Segments segments = open();
      List<String> read = readAll(segments);
      assertThat(read.size()).isLessThan(12);
      assertThat(read).isEqualTo(written.subList(0, read.size()));
      segments.close();
      empty();
    }
  }

  @Test
  void whatIsAckedIsNotReadAgainAndItsFilesGo() throws IOException {
    Segments segments = open();
    int count = 0;
    while (segments.hasRoom(entry(count).size())) {
      segments.append(entry(count++));
    }
    int files = files().size();
    assertThat(files).isGreaterThan(10);
    readAll(segments);
    // Acks out of order: all but the first.
    for (int i = count / 2; i > 0; i--) {
      segments.acked(i);
    }
    segments.removeAcked();
    assertThat(files()).hasSize(files);
    segments.acked(0);
    segments.removeAcked();
    assertThat(files().size()).isLessThan(files * 2 / 3);
    segments.close();

    Segments again = open();
    assertThat(again.end()).isEqualTo(count);
    assertThat(again.readPlace()).isEqualTo(count / 2 + 1);
    assertThat(readAll(again)).hasSize(count - count / 2 - 1);
    again.close();
  }

  @Test
  void placesGoOnWhenAllIsAcked() throws IOException {
    Segments segments = open();
    for (int i = 0; i < 10; i++) {
      segments.append(entry(i));
      segments.skip(entry(i));
      segments.acked(i);
    }
    segments.removeAcked();
    segments.close();

    Segments again = open();
    assertThat(again.end()).isEqualTo(10);
    assertThat(again.unread()).isZero();
    again.close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void diskThatWasFullWhenAFileWasBegunTakesMoreWhenItIsNot() throws IOException {
    Segments segments = open();
    int count = 0;
    while (files().size() < 2) {
      segments.append(entry(count++));
    }
    Segment.Entry large = new Segment.Entry(new byte[(int) BOUND / 16], false);
    // A disk without room, at the place of the next file.
    Path next = buffer.resolve("%019d.segment".formatted(count));
    Files.createSymbolicLink(next, Path.of("/dev/full"));
    assertThatThrownBy(() -> segments.append(large)).isInstanceOf(IOException.class);
    assertThat(segments.end()).isEqualTo(count);

    segments.append(large);

    assertThat(readAll(segments)).hasSize(count + 1);
    segments.close();
    Segments again = open();
    assertThat(again.end()).isEqualTo(count + 1);
    again.close();
  }

  @Test
  void aTornMarkIsTheOneBeforeIt() throws IOException {
    Path file = directory.resolve("mark");
    AckMark mark = AckMark.open(file);
    mark.set(7);
    mark.set(9);
    mark.close();
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 12; at < 24; at++) {
      byte[] torn = bytes.clone();
      torn[at] ^= 1;
      Files.write(file, torn);
      AckMark read = AckMark.open(file);
      assertThat(read.get()).isEqualTo(7);
      read.close();
    }
    Files.write(file, bytes);
    AckMark whole = AckMark.open(file);
    assertThat(whole.get()).isEqualTo(9);
    whole.close();
    Files.write(file, new byte[24]);
    AckMark none = AckMark.open(file);
    assertThat(none.get()).isZero();
    none.close();
  }
}
