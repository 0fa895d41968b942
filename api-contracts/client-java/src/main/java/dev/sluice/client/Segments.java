package dev.sluice.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The records of a disk buffer, in order: appended to the newest file, read once each, and gone,
 * file by file, when they are acked. Guarded by the {@link Spool}, but {@link #force}.
 */
final class Segments {
  /** Of the whole buffer: what a file may take before the next begins. */
  private static final int PARTS = 16;

  private final DiskBuffer options;
  private final DirectoryLock lock;
  private final AckMark mark;
  private final Deque<Segment> segments = new ArrayDeque<>();

  /** Which records from the mark on are acked, for acks may come out of order. */
  private BitSet ackedAhead = new BitSet();

  private volatile Segment newest;
  private Segment reading;
  private long readOffset = Segment.start();
  private long readPlace;
  private long bytes;
  private long lost;

  private Segments(DiskBuffer options, DirectoryLock lock) throws IOException {
    this.options = options;
    this.lock = lock;
    this.mark = AckMark.open(options.directory().resolve("acked"));
    for (Path file : files(options.directory())) {
      Segment segment = Segment.recover(file);
      if (segment.end() <= mark.get()) {
        segment.delete();
      } else {
        segments.add(segment);
        bytes += segment.size();
      }
    }
    Segment last = segments.peekLast();
    newest = begin(Math.max(mark.get(), last == null ? 0 : last.end()));
    reading = segments.getFirst();
    readPlace = reading.first();
    while (readPlace < mark.get() && next() != null) {
      // Acked before, and lies in a file with what is not.
    }
    if (readPlace > mark.get()) {
      mark.set(readPlace);
    }
  }

  /**
   * Opens a directory, and cuts off what was being written when the process that had it died.
   *
   * @throws SluiceException if another has it, or it cannot be read
   */
  static Segments open(DiskBuffer options) {
    Path directory = options.directory();
    DirectoryLock lock = null;
    try {
      Files.createDirectories(directory);
      lock = DirectoryLock.of(directory);
      if (lock == null) {
        throw new SluiceException(
            SluiceException.BUFFER_IN_USE,
            directory + " is another device's buffer now: give each device a directory of its own");
      }
      return new Segments(options, lock);
    } catch (IOException e) {
      releaseQuietly(lock, e);
      throw failed(directory, e);
    }
  }

  static SluiceException failed(Path directory, IOException cause) {
    return new SluiceException(
        SluiceException.BUFFER_FAILED, "the buffer in " + directory + ": " + cause, 0, cause);
  }

  private static void releaseQuietly(@Nullable DirectoryLock lock, IOException cause) {
    try {
      if (lock != null) {
        lock.release();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(files.filter(Segment::isOne).sorted().toList());
    }
  }

  /** The newest file; an empty one of that place is used again. */
  private Segment begin(long place) throws IOException {
    Segment last = segments.peekLast();
    if (last != null && last.isEmpty() && last.first() == place) {
      return last;
    }
    Segment segment = Segment.create(options.directory(), place);
    segments.add(segment);
    bytes += segment.size();
    if (options.fsync() != DiskBuffer.Fsync.NEVER) {
      forceDirectory();
    }
    return segment;
  }

  private void forceDirectory() {
    try (FileChannel directory = FileChannel.open(options.directory(), StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      // Windows has no way to; its journal keeps the order.
    }
  }

  /** How many records the directory has taken since it was made. */
  long end() {
    return newest.end();
  }

  /** How many are on the disk and were not read. */
  long unread() {
    return newest.end() - readPlace;
  }

  /** How many could not be read back. */
  long lost() {
    return lost;
  }

  boolean canEverHold(long size) {
    return Segment.start() * 2 + size <= options.bytes() / 2;
  }

  boolean hasRoom(long size) throws IOException {
    if (fits(size)) {
      return true;
    }
    if (mark.get() == newest.end() && !newest.isEmpty()) {
      roll();
      removeAcked();
    }
    return fits(size);
  }

  private boolean fits(long size) {
    return bytes + Segment.start() + size <= options.bytes();
  }

  /** Appends it; there must be room. */
  void append(Segment.Entry entry) throws IOException {
    if (newest.size() + entry.size() > options.bytes() / PARTS && !newest.isEmpty()) {
      roll();
    }
    newest.append(entry, options.fsync() == DiskBuffer.Fsync.EACH);
    bytes += entry.size();
  }

  private void roll() throws IOException {
    if (options.fsync() != DiskBuffer.Fsync.NEVER) {
      newest.force();
    }
    newest = begin(newest.end());
  }

  /** The last record appended is on its way already: it is not read again. */
  void skip(Segment.Entry appended) {
    if (reading != newest) {
      reading = newest;
      readOffset = Segment.start();
    }
    readOffset += appended.size();
    readPlace++;
  }

  /** The next record, without taking it; null if there is none. */
  Segment.@Nullable Entry peek() throws IOException {
    while (readPlace < newest.end()) {
      if (readPlace < reading.end()) {
        Segment.Entry entry = reading.read(readOffset);
        if (entry != null) {
          return entry;
        }
        // Unreadable, though it was whole when it was written or opened: so is what follows it.
        leave(reading.end());
      }
      stepOn();
    }
    return null;
  }

  private Segment.@Nullable Entry next() throws IOException {
    Segment.Entry entry = peek();
    if (entry != null) {
      took(entry);
    }
    return entry;
  }

  long readPlace() {
    return readPlace;
  }

  void took(Segment.Entry entry) {
    readOffset += entry.size();
    readPlace++;
  }

  private void stepOn() throws IOException {
    boolean found = false;
    for (Segment segment : segments) {
      if (found) {
        reading = segment;
        readOffset = Segment.start();
        leave(segment.first());
        return;
      }
      found = segment == reading;
    }
  }

  /** The records up to there will never be sent. */
  private void leave(long place) throws IOException {
    lost += Math.max(0, place - readPlace);
    while (readPlace < place) {
      acked(readPlace++);
    }
    removeAcked();
  }

  /** To be followed by {@link #removeAcked}. */
  void acked(long place) {
    if (place >= mark.get()) {
      ackedAhead.set(Math.toIntExact(place - mark.get()));
    }
  }

  /** Moves the mark, and deletes the files before it. */
  void removeAcked() throws IOException {
    int through = ackedAhead.nextClearBit(0);
    if (through > 0) {
      mark.set(mark.get() + through);
      ackedAhead = ackedAhead.get(through, Math.max(through, ackedAhead.length()));
    }
    while (segments.getFirst() != newest && segments.getFirst().end() <= mark.get()) {
      removeFirst();
    }
  }

  private void removeFirst() throws IOException {
    Segment first = segments.removeFirst();
    if (first == reading) {
      reading = segments.getFirst();
      readOffset = Segment.start();
    }
    bytes -= first.size();
    first.delete();
  }

  /**
   * Lets go of the oldest file; what was read of it is still sent.
   *
   * @return how many records were not read
   */
  long dropOldest() throws IOException {
    if (segments.getFirst() == newest) {
      roll();
    }
    Segment oldest = segments.getFirst();
    long dropped = Math.max(0, oldest.end() - Math.max(readPlace, oldest.first()));
    for (long place = mark.get(); place < oldest.end(); place++) {
      acked(place);
    }
    readPlace = Math.max(readPlace, oldest.end());
    removeAcked();
    return dropped;
  }

  /** Forces the newest file to the disk. Any thread. */
  void force() throws IOException {
    newest.force();
  }

  void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
    mark.close();
    lock.release();
  }
}
