package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of a stream's fields the records of SenML (RFC 8428) are.
 *
 * @param device the STRING field that is told a record's name up to what is mapped, without the
 *     sign between the two; null: none is
 * @param records 1 to 256
 */
public record Senml(@Nullable String device, List<Mapping> records) {
  private static final int MAX_RECORDS = 256;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:./_-]{0,256}");

  /**
   * Records that are a field.
   *
   * @param name what their name ends with, after a sign that is no letter or digit; empty: with
   *     nothing, and the whole name is the device's
   * @param unit theirs; null: any, or none
   * @param sum whether the field is their sum, not their value
   */
  public record Mapping(String name, @Nullable String unit, String field, boolean sum) {
    public Mapping {
      if (!NAME.matcher(name).matches()) {
        throw invalid(
            "senml.records.name",
            "a name of SenML must be letters, digits and -:./_ (RFC 8428, 4.5.1), at most 256: was \""
                + name
                + "\"");
      }
    }

    /** Whether a record of that name and unit is one of these. */
    public boolean takes(String recordName, @Nullable String recordUnit) {
      int rest = recordName.length() - name.length();
      return (unit == null || unit.equals(recordUnit))
          && recordName.endsWith(name)
          && (name.isEmpty() || rest == 0 || !isLetterOrDigit(recordName.charAt(rest - 1)));
    }

    /** What is the device's of a name that is taken. */
    public String device(String recordName) {
      int rest = recordName.length() - name.length();
      boolean sign = !name.isEmpty() && rest > 0;
      return recordName.substring(0, sign ? rest - 1 : rest);
    }

    private static boolean isLetterOrDigit(char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
  }

  public Senml {
    records = List.copyOf(records);
    if (records.isEmpty() || records.size() > MAX_RECORDS) {
      throw invalid(
          "senml.records",
          "senml.records must be 1 to " + MAX_RECORDS + " records: has " + records.size());
    }
  }

  /**
   * In the order in which the first that takes a record has it: those with longer names, and of one
   * name those with a unit.
   */
  public List<Mapping> bySpecificity() {
    return records.stream()
        .sorted(
            Comparator.comparing((Mapping mapping) -> -mapping.name().length())
                .thenComparing(mapping -> mapping.unit() == null))
        .toList();
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException STREAM_INVALID if a field is not there, or
   *     cannot be what is said
   */
  void requireFor(List<Field> fields) {
    if (device != null && field(fields, "senml.device", device).type() != FieldType.STRING) {
      throw invalid("senml.device", "the field of senml.device must be a STRING: " + device);
    }
    Set<List<Object>> seen = new HashSet<>();
    for (Mapping mapping : records) {
      FieldType type = field(fields, "senml.records.field", mapping.field()).type();
      if (mapping.field().equals(device)) {
        throw invalid("senml.records", device + " is the device, and cannot be a record too");
      }
      if (mapping.sum() && type != FieldType.DOUBLE && type != FieldType.LONG) {
        throw invalid(
            "senml.records.sum",
            "the field of a sum must be a DOUBLE or a LONG: " + mapping.field() + " is a " + type);
      }
      String unit = mapping.unit() == null ? "" : mapping.unit();
      if (!seen.add(List.of(mapping.name(), unit, mapping.sum()))) {
        throw invalid(
            "senml.records",
            "two of senml.records have the name \""
                + mapping.name()
                + "\" and the unit \""
                + unit
                + "\": a record is one field");
      }
    }
  }

  private static Field field(List<Field> fields, String member, String name) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> invalid(member, member + " names a field that is not in \"fields\": " + name));
  }
}
