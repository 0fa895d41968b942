package dev.sluice.engine.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnionRowsTest {
  private static final List<String> ROWS =
      List.of("{\"x\":\"a \\\"id\\\": \\\"\\n\"}", "{}", "{\"x\":\"\\n\\nid: z\\\"}\"}");

  /** Rows as they are written, each with its number as its token. */
  private static final class Written implements Told {
    @Override
    public Kind kind() {
      return Kind.ROW;
    }

    @Override
    public int rows() {
      return ROWS.size();
    }

    @Override
    public @Nullable String token() {
      return "t2";
    }

    @Override
    public Told first(int rows) {
      return this;
    }

    @Override
    public byte[] encoded(Format format) {
      StringBuilder text = new StringBuilder();
      for (int row = 0; row < ROWS.size(); row++) {
        text.append(
            switch (format) {
              case SSE -> "id: t" + row + "\nevent: row\ndata: " + ROWS.get(row) + "\n\n";
              case NDJSON_IDS -> "{\"row\": " + ROWS.get(row) + ", \"id\": \"t" + row + "\"}\n";
              case NDJSON -> "{\"row\": " + ROWS.get(row) + "}\n";
              case JSON -> row == 0 ? "[]" : ",[]";
            });
      }
      return text.toString().getBytes(UTF_8);
    }
  }

  @Test
  void onlyTheTokensOfRowsAreOthers() {
    Written alone = new Written();
    UnionRows rows = new UnionRows(alone, "a.", ".b");

    for (Format format : Format.values()) {
      String text = new String(alone.encoded(format), UTF_8);
      String expected =
          format == Format.SSE
              ? text.replaceAll("(?m)^id: (t\\d)$", "id: a.$1.b")
              : text.replaceAll("\"(t\\d)\"}\n", "\"a.$1.b\"}\n");
      assertThat(new String(rows.encoded(format), UTF_8)).isEqualTo(expected);
    }
    assertThat(rows.rows()).isEqualTo(3);
    assertThat(rows.kind()).isEqualTo(Kind.ROW);
  }
}
