package dev.sluice.gateway.security;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, in the matrix. What each may do is said here a second time, by names and not by
 * patterns.
 */
enum Role {
  NOBODY(false, false, Set.of(), Set.of(), null),
  FORGER(false, false, Set.of(), Set.of(), Tokens.FORGED.of("admin ingest:* query:*")),
  LATE(
      false,
      false,
      Set.of(),
      Set.of(),
      Tokens.OURS.of("admin ingest:* query:*", null, Instant.now().minusSeconds(5))),
  STRANGER(true, false, Set.of(), Set.of(), Tokens.OURS.of("openid profile")),
  SENDER(true, false, Set.of("sec_a"), Set.of(), Tokens.OURS.of("ingest:sec_a")),
  DEVICE(
      true,
      false,
      Set.of("sec_a"),
      Set.of(),
      Tokens.OURS.of("ingest:sec_a", "d1", Instant.now().plusSeconds(3600))),
  SENDER_OF_ALL(
      true,
      false,
      Set.of("sec_a", "sec_b", "sec_t", "sec_v", "sec_gone"),
      Set.of(),
      Tokens.OURS.of("ingest:sec_*")),
  READER_A(true, false, Set.of(), Set.of("sec_a"), Tokens.OURS.of("query:sec_a")),
  READER_B(true, false, Set.of(), Set.of("sec_b"), Tokens.OURS.of("query:sec_b")),
  READER_OF_TABLE(
      true, false, Set.of(), Set.of("sec_a", "sec_t"), Tokens.OURS.of("query:sec_a query:sec_t")),
  READER_OF_VIEW(true, false, Set.of(), Set.of("sec_v"), Tokens.OURS.of("query:*_v")),
  READER_OF_ALL(
      true,
      false,
      Set.of(),
      Set.of("sec_a", "sec_b", "sec_t", "sec_v", "sec_gone"),
      Tokens.OURS.of("query:*")),
  ADMIN(true, true, Set.of(), Set.of(), Tokens.OURS.of("admin")),
  OWNER(
      true,
      true,
      Set.of("sec_a", "sec_b", "sec_t", "sec_v", "sec_gone"),
      Set.of("sec_a", "sec_b", "sec_t", "sec_v", "sec_gone"),
      Tokens.OURS.of("admin ingest:* query:*"));

  final boolean known;
  final boolean admin;
  final Set<String> ingests;
  final Set<String> queries;
  final @Nullable String token;

  Role(
      boolean known,
      boolean admin,
      Set<String> ingests,
      Set<String> queries,
      @Nullable String token) {
    this.known = known;
    this.admin = admin;
    this.ingests = ingests;
    this.queries = queries;
    this.token = token;
  }

  String token() {
    return Objects.requireNonNull(token, name());
  }
}
