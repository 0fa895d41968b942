package dev.sluice.cli.query;

import java.io.PrintWriter;

/** A table for a file or a pipe: each row as it comes, the header again when the columns widen. */
final class PlainView implements View {
  private final PrintWriter out;
  private final Columns columns = new Columns();
  private final Footer footer = new Footer();

  PlainView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void show(Result result) {
    footer.tell(result);
    if (result.isRow() && !result.isDeleted()) {
      if (columns.fit(result.row())) {
        out.println(columns.header());
      }
      out.println(columns.line(result.row()));
    }
  }

  @Override
  public void refresh(boolean more) {
    if (!more) {
      out.flush();
    }
  }

  @Override
  public void close() {
    out.println(footer);
    out.flush();
  }
}
