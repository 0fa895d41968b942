package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/** CAST to STRING: as PostgreSQL writes the value; a TIMESTAMP as an ISO instant with ms. */
record Format(Expression operand) implements Node {
  @Override
  public FieldType type() {
    return FieldType.STRING;
  }

  @Override
  public Column evaluate(Rows rows) {
    Column from = operand.evaluate(rows);
    Rows live = Nulls.skip(rows, from.nulls());
    StringDictionary dictionary = new StringDictionary();
    int[] codes = new int[rows.size()];
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      String text =
          from instanceof DoubleColumn doubles
              ? Numbers.text(doubles.values()[row])
              : text(((LongColumn) from).values()[row]);
      codes[row] = dictionary.code(text.getBytes(UTF_8));
    }
    return dictionary.column(codes, from.nulls());
  }

  private String text(long value) {
    return switch (operand.type()) {
      case BOOLEAN -> value != 0 ? "true" : "false";
      case TIMESTAMP -> Timestamps.format(value);
      case LONG, DOUBLE, STRING -> Long.toString(value);
    };
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return "CAST(" + operand + " AS STRING)";
  }
}
