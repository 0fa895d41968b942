package dev.sluice.engine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The conformance suite's inputs and cases, as people write them: see {@code conformance/README.md}
 * among the test resources for the format.
 */
public record ConformanceTable(Map<String, ConformanceInput> inputs, List<Case> cases) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String FOLDER = "/conformance";
  private static final String DIVIDER = "----";
  private static final String POSTGRES = "PostgreSQL";
  private static final String ANY_ORDER = "in any order";

  /**
   * A case.
   *
   * @param name its file's, then its own
   * @param problem the code of the problem that the query ends with; empty: it has none
   * @param anyOrder whether the rows' order is of no interest
   * @param rows JSON arrays of a value per column; null: PostgreSQL is asked
   * @param postgres what PostgreSQL is asked, if something else than {@code sql}
   * @param accounting the members that are of interest
   * @param detail parts of the problem's
   */
  public record Case(
      String name,
      String sql,
      String problem,
      boolean anyOrder,
      @Nullable List<JsonNode> rows,
      String postgres,
      Map<String, Long> accounting,
      List<String> detail) {

    public boolean isAnswered() {
      return problem.isEmpty();
    }

    /** Whether the order of the rows counts. */
    public boolean isOrdered() {
      return !anyOrder && (rows != null || postgres.contains("ORDER BY"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public static ConformanceTable read() {
    ConformanceTable table = new ConformanceTable(new LinkedHashMap<>(), new ArrayList<>());
    try {
      URI folder = Objects.requireNonNull(ConformanceTable.class.getResource(FOLDER)).toURI();
      if (folder.getScheme().equals("jar")) {
        // Of another module's tests.
        try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
          table.readAll(jar.getPath(FOLDER));
        }
      } else {
        table.readAll(Path.of(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return table;
  }

  private void readAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        String topic = file.getFileName().toString().replace(".txt", "");
        for (String block : Files.readString(file).split("\n\\s*\n")) {
          add(topic, block.lines().filter(line -> !line.startsWith("#")).toList());
        }
      }
    }
  }

  private void add(String topic, List<String> block) {
    if (block.isEmpty()) {
      return;
    }
    String[] head = block.get(0).split(" ", 2);
    List<String> rest = block.subList(1, block.size());
    switch (head[0]) {
      case "input" -> inputs.put(head[1], ConformanceInput.read(head[1], rest));
      case "case" -> cases.add(parse(topic + ": " + head[1], rest));
      default -> throw new IllegalArgumentException("neither input nor case: " + block.get(0));
    }
  }

  private static Case parse(String name, List<String> lines) {
    int divider = 0;
    while (divider < lines.size() && !lines.get(divider).startsWith(DIVIDER)) {
      divider++;
    }
    if (divider == lines.size()) {
      throw new IllegalArgumentException("no line " + DIVIDER + " in the case " + name);
    }
    String wanted = lines.get(divider).substring(DIVIDER.length()).trim();
    boolean anyOrder = wanted.endsWith(ANY_ORDER);
    String how = anyOrder ? wanted.replace(ANY_ORDER, "").trim() : wanted;
    boolean asked = how.equals(POSTGRES);
    String problem = asked ? "" : how;
    List<JsonNode> rows = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Map<String, Long> accounting = new LinkedHashMap<>();
    for (String line : lines.subList(divider + 1, lines.size())) {
      if (line.startsWith("{")) {
        JSON.readTree(line)
            .properties()
            .forEach(m -> accounting.put(m.getKey(), m.getValue().longValue()));
      } else if (line.startsWith("[")) {
        rows.add(JSON.readTree(line));
      } else {
        others.add(line);
      }
    }
    if (problem.isEmpty() && !asked && !others.isEmpty()) {
      throw new IllegalArgumentException("no row of the case " + name + ": " + others.get(0));
    }
    return new Case(
        name,
        lines.subList(0, divider).stream().collect(Collectors.joining("\n")),
        problem,
        anyOrder,
        asked ? null : rows,
        asked ? String.join("\n", others) : "",
        accounting,
        problem.isEmpty() ? List.of() : others);
  }
}
