package dev.sluice.model.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A view's rows, which the pipeline writes: values, timestamps and punctuations are as in a
 * stream's own topic; a record's key is the text of its group.
 *
 * @param recorded whether what it reads is historical in the end: its rows bear times of long ago,
 *     and no age would be right for them
 * @param ends whether its time field is the end of windows, and the event time 1 ms before it
 * @param build tells its topics from those that the view had before it was built anew; 0: it was
 *     not
 * @param from windows that start before it have the rows that the view had before it was built
 *     anew; null: none has
 */
public record ViewSource(
    Kind kind, boolean recorded, boolean ends, int build, @Nullable Instant from)
    implements Source {

  /** What rows there are, and when they leave. */
  public enum Kind {
    /** Final rows of windows, each once; the event time is the window's end less 1 ms. */
    WINDOWED,
    /** A group's newest row takes the place of the one before: the topic is compacted. */
    TOTAL,
    /** Rows of single events, with their times. */
    DERIVED
  }

  /** One that was not built anew. */
  public ViewSource(Kind kind, boolean recorded, boolean ends) {
    this(kind, recorded, ends, 0, null);
  }

  ViewSource ofBuild(int number, @Nullable Instant begin) {
    return new ViewSource(kind, recorded, ends, number, begin);
  }

  /** What its topics are called after their prefix. */
  String suffix(String stream) {
    return build == 0 ? stream : stream + "." + build;
  }

  @Override
  public String topic(String stream) {
    return "view." + suffix(stream);
  }
}
