package dev.sluice.model.json;

import dev.sluice.model.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * An event that was not let in.
 *
 * @param index of the event in its frame, from 0; of the line, where there is one event a line
 * @param field that it is about, where it is about one
 * @param detail what is wrong and what would be right
 * @param original the event as it came, cut off at the bound of an event's size
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to the dead letters; never compared
public record Rejection(
    int index, ProblemCode code, @Nullable String field, String detail, byte[] original) {}
