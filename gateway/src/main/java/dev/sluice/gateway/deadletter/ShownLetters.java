package dev.sluice.gateway.deadletter;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetter;
import dev.sluice.gateway.security.Rights;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stream's letters as one caller may see them. What was a record of another stream, as with a
 * view's letters, is that stream's: a view shows what its definer chose to show, and a letter must
 * not show the rest.
 */
record ShownLetters(Streams streams, CatalogStream stream, Rights rights) {
  ObjectNode json(DeadLetter letter) {
    String owner = ownerOfRecord(letter);
    boolean isWhole = owner == null || rights.mayQuery(owner);
    return LetterJson.of(
        letter,
        LetterIds.of(stream),
        isWhole ? KeyOfLetter.of(letter, stream.definition()) : null,
        isWhole);
  }

  /** The stream of which the letter was a record; null if it came by a door. */
  private @Nullable String ownerOfRecord(DeadLetter letter) {
    DeadLetter.Source source = letter.origin().record();
    if (source == null) {
      return null;
    }
    return streams.all().stream()
        .map(CatalogStream::definition)
        .filter(one -> one.topic().equals(source.topic()))
        .map(one -> one.name())
        .findFirst()
        // One that was deleted: named as its topic is, behind what tells streams and views apart.
        .orElseGet(() -> source.topic().substring(source.topic().indexOf('.') + 1));
  }
}
