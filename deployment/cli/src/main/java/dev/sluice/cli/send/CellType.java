package dev.sluice.cli.send;

import dev.sluice.cli.file.Numbers;
import dev.sluice.cli.file.Times;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * How a CSV cell becomes JSON. What does not fit is sent as the text that it is: the gateway
 * rejects it, says why, and keeps it among the dead letters.
 */
enum CellType {
  STRING {
    @Override
    boolean write(String cell, JsonGenerator json) {
      return false;
    }
  },
  LONG {
    @Override
    boolean write(String cell, JsonGenerator json) {
      return Numbers.isNumber(cell) ? verbatim(cell, json) : loose(Numbers.looseLong(cell), json);
    }
  },
  DOUBLE {
    @Override
    boolean write(String cell, JsonGenerator json) {
      return Numbers.isNumber(cell) ? verbatim(cell, json) : loose(Numbers.looseDouble(cell), json);
    }
  },
  BOOLEAN {
    @Override
    boolean write(String cell, JsonGenerator json) {
      boolean truth = cell.equalsIgnoreCase("true");
      if (truth || cell.equalsIgnoreCase("false")) {
        json.writeBoolean(truth);
        return true;
      }
      return false;
    }
  },
  TIMESTAMP {
    @Override
    boolean write(String cell, JsonGenerator json) {
      long time = Times.parse(cell);
      if (time == Times.NONE) {
        return false;
      }
      json.writeNumber(time);
      return true;
    }
  };

  /** Writes the value; false if the cell is none of this type, and nothing is written. */
  abstract boolean write(String cell, JsonGenerator json);

  static CellType of(String declared) {
    for (CellType type : values()) {
      if (type.name().equals(declared)) {
        return type;
      }
    }
    return STRING;
  }

  private static boolean verbatim(String cell, JsonGenerator json) {
    json.writeNumber(cell);
    return true;
  }

  private static boolean loose(@Nullable Number number, JsonGenerator json) {
    if (number == null) {
      return false;
    }
    json.writeNumber(number.toString());
    return true;
  }
}
