package dev.sluice.model.table;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldsJson;
import dev.sluice.model.stream.Members;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reference table's definition as JSON, as {@code PUT /v1/tables/{table}} takes and gives it.
 *
 * <p>Reading is strict: what is unknown, of the wrong type or there twice is TABLE_INVALID and
 * names the member. Only {@value #STATUS} is passed over, so that what a GET gave can be PUT again.
 */
public final class TableJson {
  /** Member that answers may have beside the definition. */
  public static final String STATUS = "status";

  private static final List<String> KNOWN = List.of("name", "fields", "key", STATUS);
  private static final Members READ = new Members(ProblemCode.TABLE_INVALID);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TableJson() {}

  /**
   * Reads a definition.
   *
   * @param name the table's, as the path has it: the member may be left out, and must not say
   *     something else
   * @throws dev.sluice.model.problem.ProblemException BAD_REQUEST for what is not JSON,
   *     TABLE_INVALID for a bad definition
   */
  public static TableDefinition parse(String name, byte[] json) {
    JsonNode root = Members.object("a table's definition", json);
    READ.requireKnown("", root, KNOWN);
    READ.requireName("table", name, root);
    return new TableDefinition(name, FieldsJson.read(READ, root), key(root));
  }

  private static List<String> key(JsonNode root) {
    JsonNode node = Members.present("key", root);
    if (node == null) {
      throw READ.problem("key", "a table must have a key: name a field in \"key\", or an array");
    }
    List<String> key = new ArrayList<>();
    for (JsonNode part : node.isArray() ? node : JSON.createArrayNode().add(node)) {
      if (!part.isString()) {
        throw READ.wrong("key", "a field's name, or an array of them", part);
      }
      key.add(part.stringValue());
    }
    return key;
  }

  /** The whole definition. */
  public static ObjectNode toJson(TableDefinition table) {
    ObjectNode node = JSON.createObjectNode().put("name", table.name());
    FieldsJson.write(table.fields(), node.putArray("fields"));
    if (table.key().size() == 1) {
      node.put("key", table.key().get(0));
    } else {
      table.key().forEach(node.putArray("key")::add);
    }
    return node;
  }
}
