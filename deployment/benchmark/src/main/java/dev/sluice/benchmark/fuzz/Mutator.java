package dev.sluice.benchmark.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ContainerNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes valid input so that most of its structure stays. Its random numbers decide all. */
final class Mutator {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern TOKEN =
      Pattern.compile("\\w+|'[^']*'|\"[^\"]*\"|\\s+|[<>=!|]+|.", Pattern.DOTALL);
  private static final int MOST_CHANGES = 4;
  private static final int MOST_BYTES = 60_000;

  static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "\\ud800",
          "\uFEFFdevice",
          "\u202Ehot",
          "\uD83D\uDE80".repeat(20),
          "' OR 1=1 --",
          "\"; DROP TABLE streams; --",
          "../../../etc/passwd",
          "${jndi:ldap://127.0.0.1/a}",
          "<script>alert(1)</script>",
          "%00%0d%0aSet-Cookie: a=b",
          "NaN",
          "-0",
          "1e999",
          "9223372036854775808",
          "2026-13-45T99:00:00Z",
          "+999999999-12-31T23:59:59.999Z",
          "P1000000000D",
          "-PT0.000000001S",
          "__proto__",
          "a".repeat(300),
          "b".repeat(20_000));

  private static final List<String> WORDS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP BY",
          "HAVING",
          "ORDER BY",
          "LIMIT",
          "OFFSET",
          "UNION",
          "UNION ALL",
          "EXCEPT",
          "JOIN",
          "LEFT JOIN",
          "CROSS JOIN",
          "ON",
          "AS",
          "DISTINCT",
          "ALL",
          "TUMBLE",
          "HOP",
          "SESSION",
          "TABLE(",
          "DESCRIPTOR(",
          "OVER (",
          "PARTITION BY",
          "WITH x AS (",
          "VALUES (1)",
          "LATERAL",
          "UNNEST(",
          "MATCH_RECOGNIZE (",
          "PIVOT (",
          "EXPLAIN",
          "INSERT INTO",
          "DELETE FROM",
          "DROP TABLE",
          "SET",
          "CASE WHEN",
          "THEN",
          "ELSE",
          "END",
          "CAST(",
          "AS BIGINT)",
          "NOT",
          "NULL",
          "IS",
          "IN (",
          "LIKE",
          "SIMILAR TO",
          "ESCAPE",
          "BETWEEN",
          "AND",
          "OR",
          "EXISTS (",
          "ROW(1, 2)",
          "ARRAY[1, 2]",
          "MULTISET[1]",
          "MAP['a', 1]",
          "INTERVAL '0' SECOND",
          "INTERVAL '-1' DAY",
          "INTERVAL '1' YEAR",
          "INTERVAL '99999999' SECOND",
          "DATE '2020-02-30'",
          "TIMESTAMP '2026-01-01 00:00:00'",
          "X'0G'",
          "U&'\\D800'",
          "1e400",
          "0x1F",
          "99999999999999999999",
          "-9223372036854775808",
          ".5",
          "''",
          "'%'",
          "\"\"",
          "`",
          "?",
          ";",
          "--",
          "/*",
          "*/",
          "/*+ HINT */",
          "{fn NOW()}",
          "CURRENT_TIMESTAMP",
          "RAND()",
          "USER",
          "COUNT(*)",
          "SUM(",
          "AVG(",
          "FIRST_VALUE(",
          "APPROX_PERCENTILE(",
          "APPROX_COUNT_DISTINCT(",
          "ARRAY_AGG(",
          "STDDEV(",
          "SUBSTRING(",
          "LPAD(",
          "REPEAT('a', 1000000000)",
          "FLOOR(",
          "TUMBLE_START(",
          "(",
          ")",
          ",",
          ".",
          "*",
          "+",
          "/",
          "%",
          "||",
          "=",
          "<>",
          "<",
          "\u00E9",
          "\u0000",
          "\uD83D\uDE80");

  private final SplittableRandom random;

  Mutator(SplittableRandom random) {
    this.random = random;
  }

  /** One of them. */
  <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Whether this is one in so many. */
  boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  int number(int bound) {
    return random.nextInt(bound);
  }

  /** A document with some of its values, names or members changed. */
  JsonNode tree(JsonNode valid) {
    ArrayNode root = NODES.arrayNode().add(valid.deepCopy());
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && !root.isEmpty(); i--) {
      List<ContainerNode<?>> containers = new ArrayList<>();
      collect(root, containers);
      change(one(containers));
    }
    return root.isEmpty() ? NODES.nullNode() : root.get(0);
  }

  private static void collect(ContainerNode<?> node, List<ContainerNode<?>> into) {
    if (!node.isEmpty()) {
      into.add(node);
    }
    for (JsonNode child : node) {
      if (child instanceof ContainerNode<?> container) {
        collect(container, into);
      }
    }
  }

  private void change(ContainerNode<?> node) {
    if (node instanceof ObjectNode object) {
      String name = one(new ArrayList<>(object.propertyNames()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(one(TEXTS), object.remove(name));
        case 2 -> object.set(name, NODES.arrayNode().add(object.get(name)));
        case 3 -> object.set(one(TEXTS), value());
        default -> object.set(name, value());
      }
    } else if (node instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      switch (random.nextInt(6)) {
        case 0 -> array.remove(index);
        case 1 -> array.insert(index, array.get(index).deepCopy());
        case 2 -> many(array, array.get(index));
        case 3 -> array.set(index, NODES.objectNode().set("value", array.get(index)));
        default -> array.set(index, value());
      }
    }
  }

  private void many(ArrayNode array, JsonNode member) {
    for (int i = random.nextInt(200); i > 0; i--) {
      array.add(member.deepCopy());
    }
  }

  private JsonNode value() {
    return switch (random.nextInt(12)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextLong());
      case 3 -> NODES.numberNode(Double.longBitsToDouble(random.nextLong() & ~(1L << 62)));
      case 4 -> NODES.numberNode(new java.math.BigInteger(128, new java.util.Random(number(99))));
      case 5 -> NODES.numberNode(one(List.of(0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE)));
      case 6 -> NODES.objectNode();
      case 7 -> NODES.arrayNode();
      case 8 -> nested(1 + random.nextInt(200));
      default -> NODES.stringNode(one(TEXTS));
    };
  }

  private static JsonNode nested(int depth) {
    JsonNode inner = NODES.numberNode(1);
    for (int i = 0; i < depth; i++) {
      inner = i % 2 == 0 ? NODES.arrayNode().add(inner) : NODES.objectNode().set("a", inner);
    }
    return inner;
  }

  /** A document's text, now and then with its syntax broken too. */
  byte[] json(JsonNode valid) {
    byte[] text = JsonMapper.shared().writeValueAsBytes(tree(valid));
    return oneIn(3) ? bytes(text) : text;
  }

  /** Some bytes flipped, left out, said twice, put elsewhere, or cut off. */
  byte[] bytes(byte[] valid) {
    byte[] bytes = valid;
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && bytes.length > 0; i--) {
      bytes = changed(bytes);
    }
    return bytes.length > MOST_BYTES ? Arrays.copyOf(bytes, MOST_BYTES) : bytes;
  }

  private byte[] changed(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
    switch (random.nextInt(7)) {
      case 0:
        return Arrays.copyOf(bytes, at);
      case 1:
        return joined(bytes, 0, at, bytes, to, bytes.length);
      case 2:
        byte[] head = joined(bytes, 0, to, bytes, at, to);
        return joined(head, 0, head.length, bytes, to, bytes.length);
      case 3:
        byte[] text = one(TEXTS).getBytes(StandardCharsets.UTF_8);
        byte[] before = joined(bytes, 0, at, text, 0, text.length);
        return joined(before, 0, before.length, bytes, at, bytes.length);
      case 4:
        byte[] deep = "[".repeat(1 + random.nextInt(3_000)).getBytes(StandardCharsets.UTF_8);
        byte[] start = joined(bytes, 0, at, deep, 0, deep.length);
        return joined(start, 0, start.length, bytes, at, bytes.length);
      case 5:
        byte[] set = bytes.clone();
        set[at] = one(List.of((byte) 0, (byte) -1, (byte) 127, (byte) '"', (byte) '\\', (byte) 10));
        return set;
      default:
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }
  }

  private static byte[] joined(byte[] a, int from, int to, byte[] b, int begin, int end) {
    byte[] all = new byte[to - from + end - begin];
    System.arraycopy(a, from, all, 0, to - from);
    System.arraycopy(b, begin, all, to - from, end - begin);
    return all;
  }

  /** SQL with some of its words changed, by those of others too. */
  String sql(List<String> valid) {
    List<String> words = words(one(valid));
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && !words.isEmpty(); i--) {
      int at = random.nextInt(words.size());
      switch (random.nextInt(10)) {
        case 0, 1 -> words.remove(at);
        case 2 -> words.add(at, words.get(at));
        case 3 -> words.set(at, words.get(random.nextInt(words.size())));
        case 4, 5 -> words.set(at, one(WORDS));
        case 6 -> words.add(at, " " + one(WORDS) + " ");
        case 7 -> words.addAll(at, words(one(valid)).subList(0, 1));
        case 8 -> spliced(words, at, words(one(valid)));
        default -> deepened(words, at);
      }
    }
    String sql = String.join("", words);
    return sql.length() > MOST_BYTES ? sql.substring(0, MOST_BYTES) : sql;
  }

  private void spliced(List<String> words, int at, List<String> other) {
    words.subList(at, words.size()).clear();
    words.addAll(other.subList(random.nextInt(other.size()), other.size()));
  }

  private void deepened(List<String> words, int at) {
    int depth = 1 + random.nextInt(oneIn(20) ? 5_000 : 30);
    Map<String, String> around =
        one(
            List.of(
                Map.of("(", ")"),
                Map.of("ABS(", ")"),
                Map.of("NOT ", ""),
                Map.of("CASE WHEN 1 = 1 THEN ", " END"),
                Map.of("- ", ""),
                Map.of("(SELECT * FROM ", ")"),
                Map.of("1 = 1 AND ", "")));
    around.forEach(
        (left, right) -> words.set(at, left.repeat(depth) + words.get(at) + right.repeat(depth)));
  }

  private static List<String> words(String sql) {
    return new ArrayList<>(TOKEN.matcher(sql).results().map(match -> match.group()).toList());
  }
}
