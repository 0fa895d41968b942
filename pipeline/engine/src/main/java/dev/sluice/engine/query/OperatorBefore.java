package dev.sluice.engine.query;

/** Does something to events before another operator has what comes of it. */
abstract class OperatorBefore implements Operator {
  private final Operator next;

  OperatorBefore(Operator next) {
    this.next = next;
  }

  @Override
  public void begin(long first) {
    next.begin(first);
  }

  @Override
  public long oldestOpen() {
    return next.oldestOpen();
  }

  @Override
  public void advance(long watermark, RowSink sink) {
    next.advance(watermark, sink);
  }

  @Override
  public boolean hasEarly() {
    return next.hasEarly();
  }

  @Override
  public void early(RowSink sink) {
    next.early(sink);
  }

  @Override
  public void finish(RowSink sink) {
    next.finish(sink);
  }

  @Override
  public int groups() {
    return next.groups();
  }

  @Override
  public long bytes() {
    return next.bytes();
  }
}
