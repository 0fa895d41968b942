package dev.sluice.engine.aggregate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.engine.expression.Timestamps;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** How a list writes a value. */
enum ListElement {
  TEXT {
    @Override
    byte[] of(Column column, int row) {
      return ((StringColumn) column).value(row);
    }
  },
  JSON_TEXT {
    @Override
    byte[] of(Column column, int row) {
      byte[] text = ((StringColumn) column).value(row);
      ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 8);
      try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
        json.writeUTF8String(text, 0, text.length);
      }
      return out.toByteArray();
    }
  },
  JSON_DOUBLE {
    @Override
    byte[] of(Column column, int row) {
      return ascii(Double.toString(((DoubleColumn) column).values()[row]));
    }
  },
  JSON_LONG {
    @Override
    byte[] of(Column column, int row) {
      return ascii(Long.toString(((LongColumn) column).values()[row]));
    }
  },
  JSON_BOOLEAN {
    @Override
    byte[] of(Column column, int row) {
      return ascii(((LongColumn) column).values()[row] != 0 ? "true" : "false");
    }
  },
  JSON_TIMESTAMP {
    @Override
    byte[] of(Column column, int row) {
      return ascii('"' + Timestamps.format(((LongColumn) column).values()[row]) + '"');
    }
  };

  private static final JsonFactory JSON = JsonFactory.builder().build();

  static ListElement json(FieldType type) {
    return switch (type) {
      case STRING -> JSON_TEXT;
      case DOUBLE -> JSON_DOUBLE;
      case LONG -> JSON_LONG;
      case BOOLEAN -> JSON_BOOLEAN;
      case TIMESTAMP -> JSON_TIMESTAMP;
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** The value at a row that is not null, UTF-8. */
  abstract byte[] of(Column column, int row);
}
