package dev.sluice.cli.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowsTest {
  private final Rows rows = new Rows(2);

  @Test
  void rowsOfTheLatestWindowAreShown() {
    add("row", "00:10", "\"route\":\"7\",\"n\":1");
    add("row", "00:10", "\"route\":\"8\",\"n\":2");
    add("row", "00:20", "\"route\":\"7\",\"n\":3");
    add("row", "00:10", "\"route\":\"9\",\"n\":4");
    assertThat(shown()).containsExactly("7 3");
  }

  @Test
  void earlyRowIsReplacedByTheNextOfItsGroupAndByTheFinalOne() {
    add("update", "00:10", "\"route\":\"7\",\"n\":1");
    add("update", "00:10", "\"route\":\"8\",\"n\":1");
    add("update", "00:10", "\"route\":\"7\",\"n\":2");
    assertThat(shown()).containsExactly("7 2", "8 1");
    add("row", "00:10", "\"route\":\"7\",\"n\":3");
    assertThat(shown()).containsExactly("7 3", "8 1");
    add("update", "00:10", "\"route\":\"8\",\"n\":1,\"deleted\":true");
    assertThat(shown()).containsExactly("7 3");
  }

  @Test
  void finalRowsOfGroupsByNumberAreAllShown() {
    add("row", "00:10", "\"route\":1,\"n\":1");
    add("row", "00:10", "\"route\":2,\"n\":1");
    assertThat(shown()).containsExactly("1 1", "2 1");
  }

  @Test
  void withoutWindowsTheLastRowsAreShown() {
    for (int n = 0; n < 5; n++) {
      Result.read("{\"row\": {\"route\":\"7\",\"n\":" + n + "}}").ifPresent(rows::add);
    }
    assertThat(shown()).containsExactly("7 3", "7 4");
  }

  @Test
  void lineOfAnUnknownKindIsPassedOver() {
    assertThat(Result.read("{\"news\": {}}")).isEmpty();
    assertThat(Result.read("torn")).isEmpty();
  }

  private void add(String kind, String end, String members) {
    String row =
        "{\"%s\": {\"window_start\":\"12:00:00\",\"window_end\":\"12:%s\",%s}}"
            .formatted(kind, end, members);
    Result.read(row).ifPresent(rows::add);
  }

  private java.util.List<String> shown() {
    return rows.all().stream().map(row -> row.get("route") + " " + row.get("n")).toList();
  }
}
