package dev.sluice.engine.log;

import java.util.List;

/**
 * Appends in transactions. Of all that were opened by one name, in any process, only the last can:
 * opening one ends what an earlier one had begun. Belongs to one thread at a time; blocks.
 */
public interface ExclusiveAppender extends AutoCloseable {

  /**
   * Appends the records, all or none, and waits until readers have them. Fails with
   * LOG_UNAVAILABLE: then they may have been appended, which whoever opens the next one can see.
   *
   * @return false: another was opened since, and none of them was appended
   */
  boolean append(List<LogRecord> records);

  @Override
  void close();
}
