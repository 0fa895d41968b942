package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.table.TableDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From one definition of a reference table to another. Fields may be added after those that there
 * are, if they are nullable: its rows have no value for them yet. Nothing else may change.
 */
record TableChange(TableDefinition before, TableDefinition after) {

  List<Field> added() {
    return after.fields().subList(before.fields().size(), after.fields().size());
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException TABLE_INCOMPATIBLE, with a reason for each
   *     thing that may not change
   */
  void requireCompatible() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (int f = 0; f < before.fields().size(); f++) {
      Field field = before.fields().get(f);
      int now = after.indexOf(field.name());
      if (now < 0) {
        reasons.put(field.name(), field.name() + " is missing, and fields cannot be removed");
      } else if (!after.fields().get(now).equals(field)) {
        reasons.put(field.name(), field.name() + " cannot have another type, nor become nullable");
      } else if (now != f) {
        reasons.put(field.name(), field.name() + " cannot have another place");
      }
    }
    for (Field field : after.fields()) {
      if (before.indexOf(field.name()) < 0 && !field.nullable()) {
        reasons.put(field.name(), field.name() + " is new, and must be nullable");
      }
    }
    if (!before.key().equals(after.key())) {
      reasons.merge(
          "key",
          "the key is " + before.key() + " and cannot become " + after.key(),
          (first, second) -> first + "; " + second);
    }
    if (!reasons.isEmpty()) {
      throw Problem.ofFields(
              ProblemCode.TABLE_INCOMPATIBLE,
              before.name()
                  + " is there and cannot be changed so: "
                  + String.join("; ", reasons.values())
                  + ". Declare a table of another name, or delete this one first",
              reasons)
          .toException();
    }
  }
}
