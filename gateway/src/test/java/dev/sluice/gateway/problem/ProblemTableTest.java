package dev.sluice.gateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

class ProblemTableTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(\\w+)` \\| (\\d+) \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);

  @Test
  void theTableHasEveryCodeInItsOrder() throws Exception {
    String table =
        new ClassPathResource("sluice-spec/problems.md").getContentAsString(StandardCharsets.UTF_8);

    List<String> rows =
        ROW.matcher(table)
            .results()
            .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
            .toList();

    assertThat(rows)
        .isEqualTo(
            Stream.of(ProblemCode.values())
                .map(code -> code.name() + " " + code.status() + " " + code.title())
                .toList());
  }
}
