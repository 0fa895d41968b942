package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a stream's fields are found in what devices send. It may change: what is in the log stays as
 * it is.
 *
 * @param unknown what becomes of an event with a field that the stream does not have
 * @param pointers where fields are in an event of JSON or CBOR, by their names; a field that is not
 *     among them is the event's own member of its name
 * @param cloudEvents where fields are in a CloudEvent as JSON, by their names: {@code /subject}, or
 *     {@code /data} as a whole; a field that is not among them is within its data, where it is in
 *     any other event
 * @param senml which of them the records of SenML are; null: the stream takes no SenML
 */
public record Intake(
    UnknownFields unknown,
    Map<String, Pointer> pointers,
    Map<String, Pointer> cloudEvents,
    @Nullable Senml senml) {

  public Intake {
    pointers = Collections.unmodifiableMap(new LinkedHashMap<>(pointers));
    cloudEvents = Collections.unmodifiableMap(new LinkedHashMap<>(cloudEvents));
  }

  /** Every field is the event's own member. */
  public Intake(UnknownFields unknown) {
    this(unknown, Map.of(), Map.of(), null);
  }

  /** Where the field is. */
  public Pointer pointer(Field field) {
    Pointer pointer = pointers.get(field.name());
    return pointer == null ? Pointer.to(field.name()) : pointer;
  }

  /** Where the field is in a CloudEvent. */
  public Pointer inCloudEvent(Field field) {
    Pointer pointer = cloudEvents.get(field.name());
    return pointer == null ? pointer(field).within("data") : pointer;
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException STREAM_INVALID if a field would be inside of
   *     another, or is not there
   */
  void requireFor(List<Field> fields) {
    if (senml != null) {
      senml.requireFor(fields);
    }
    if (pointers.isEmpty() && cloudEvents.isEmpty()) {
      return;
    }
    requireApart("pointer", fields, this::pointer);
    requireApart("cloudevent", fields, this::inCloudEvent);
  }

  private static void requireApart(
      String member, List<Field> fields, Function<Field, Pointer> pointer) {
    for (Field outer : fields) {
      for (Field inner : fields) {
        if (inner != outer && pointer.apply(outer).holds(pointer.apply(inner))) {
          throw invalid(
              member,
              "the field %s at %s would be inside of the field %s at %s: a field is one value"
                  .formatted(
                      inner.name(), pointer.apply(inner), outer.name(), pointer.apply(outer)));
        }
      }
    }
  }
}
