package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Why the gateway did not take an event; it is among the stream's dead letters.
 *
 * @param index the event's place in its frame, from 0
 * @param code stable, for programs, such as {@code FIELD_TYPE}
 * @param field the field at fault; null if it is not about one field
 * @param detail what is wrong and what to do, for people
 */
public record Rejection(int index, String code, @Nullable String field, String detail) {}
