package dev.sluice.model.json;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of an event, or of an object or array within it, in which fields are found: each is a
 * field, or has such places below. Immutable.
 */
final class Places {
  static final int UNKNOWN = -1;

  /** Up to so many are looked through one by one. */
  private static final int FEW = 8;

  private final String pointer;
  private final byte[][] names;
  private final int[] fields;
  private final @Nullable Places[] below;
  private final Map<String, Integer> byName = new HashMap<>();

  private Places(String pointer, Node node) {
    this.pointer = pointer;
    int count = node.below.size();
    names = new byte[count][];
    fields = new int[count];
    below = new Places[count];
    int i = 0;
    for (Map.Entry<String, Node> entry : node.below.entrySet()) {
      String name = entry.getKey();
      names[i] = name.getBytes(StandardCharsets.UTF_8);
      fields[i] = entry.getValue().field;
      below[i] =
          entry.getValue().below.isEmpty()
              ? null
              : new Places(pointer + "/" + escaped(name), entry.getValue());
      byName.put(name, i++);
    }
  }

  private static final class Node {
    final Map<String, Node> below = new TreeMap<>();
    int field = UNKNOWN;
  }

  /**
   * Those of a whole event.
   *
   * @param pointers where each field is: none inside of another
   * @param members names on the way to where the event's own members are, and so its fields' former
   *     names
   */
  static Places of(List<Field> fields, Function<Field, Pointer> pointers, List<String> members) {
    Node root = new Node();
    for (int i = 0; i < fields.size(); i++) {
      Node node = root;
      for (String name : pointers.apply(fields.get(i)).names()) {
        node = node.below.computeIfAbsent(name, unused -> new Node());
      }
      node.field = i;
    }
    if (fields.stream().anyMatch(field -> !field.aliases().isEmpty())) {
      addAliases(root, fields, members);
    }
    return new Places("", root);
  }

  /** What a field was called is a member of the event, unless that is something else now. */
  private static void addAliases(Node root, List<Field> fields, List<String> members) {
    Node event = root;
    for (String name : members) {
      event = event.below.computeIfAbsent(name, unused -> new Node());
    }
    if (event.field != UNKNOWN) {
      return;
    }
    for (int i = 0; i < fields.size(); i++) {
      for (String alias : fields.get(i).aliases()) {
        Node node = new Node();
        node.field = i;
        event.below.putIfAbsent(alias, node);
      }
    }
  }

  /** Number of the member of that name, or UNKNOWN. */
  int find(byte[] utf8, int from, int to) {
    if (names.length > FEW) {
      return find(new String(utf8, from, to - from, StandardCharsets.UTF_8));
    }
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], 0, names[i].length, utf8, from, to)) {
        return i;
      }
    }
    return UNKNOWN;
  }

  int find(String name) {
    return byName.getOrDefault(name, UNKNOWN);
  }

  /** Number of the array's element at that place, or UNKNOWN. */
  int find(int index) {
    return find(Integer.toString(index));
  }

  /** The field that the member is, or UNKNOWN. */
  int field(int member) {
    return fields[member];
  }

  /** What is within the member; null if it is a field. */
  @Nullable Places below(int member) {
    return below[member];
  }

  /** Where this is in the event. */
  String pointer() {
    return pointer;
  }

  /** Where a member of that name would be. */
  String pointer(String name) {
    return pointer + "/" + escaped(name);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
