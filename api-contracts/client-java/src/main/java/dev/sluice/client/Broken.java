package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/** The gateway has broken an answer off. Never seen outside: it becomes an error, or an attempt. */
record Broken(SluiceException problem, @Nullable String token) implements QueryEvent {}
