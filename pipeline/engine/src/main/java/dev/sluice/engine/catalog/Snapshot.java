package dev.sluice.engine.catalog;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that is shown, as of one revision.
 *
 * @param streams the views' results too
 * @param builds of the views' names
 * @param references reference tables
 * @param schemas that streams and views have or had, by their names and in the order of their
 *     versions
 */
record Snapshot(
    long revision,
    Map<String, CatalogStream> streams,
    Map<String, CatalogView> views,
    Map<String, CatalogView> builds,
    Map<String, CatalogTable> references,
    Map<String, List<SchemaVersion>> schemas) {

  static final Snapshot NONE = new Snapshot(-1, Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  /** Whether what has the name is the same there. */
  boolean isSame(String name, Snapshot other) {
    return Objects.equals(streams.get(name), other.streams.get(name))
        && Objects.equals(views.get(name), other.views.get(name))
        && Objects.equals(builds.get(name), other.builds.get(name))
        && Objects.equals(references.get(name), other.references.get(name));
  }

  /** What has a name. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(streams.keySet());
    names.addAll(references.keySet());
    return names;
  }
}
