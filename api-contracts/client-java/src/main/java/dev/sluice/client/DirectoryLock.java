package dev.sluice.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** That a directory is one device's, among those of this process and of all others. */
final class DirectoryLock {
  /**
   * POSIX knows processes only, and gives up all of a process's locks on a file when it closes one
   * handle of it: who is refused here must not have opened it.
   */
  private static final Set<Path> OF_THIS_PROCESS = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel file;

  private DirectoryLock(Path directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  /** Null if another has it. */
  static @Nullable DirectoryLock of(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!OF_THIS_PROCESS.add(real)) {
      return null;
    }
    DirectoryLock lock = null;
    try {
      lock = ofOtherProcesses(real);
    } finally {
      if (lock == null) {
        OF_THIS_PROCESS.remove(real);
      }
    }
    return lock;
  }

  private static @Nullable DirectoryLock ofOtherProcesses(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      return null;
    }
    return new DirectoryLock(directory, file);
  }

  void release() throws IOException {
    try {
      file.close();
    } finally {
      OF_THIS_PROCESS.remove(directory);
    }
  }
}
