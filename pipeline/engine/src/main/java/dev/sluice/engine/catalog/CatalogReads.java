package dev.sluice.engine.catalog;

import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.model.stream.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is known of the catalog: the newest snapshot, and who is told when it changes. */
abstract class CatalogReads implements Streams, Views, WriterSchemas {
  private final List<Consumer<String>> changeListeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = Snapshot.NONE;

  @Override
  public @Nullable CatalogStream find(String name) {
    return snapshot.streams().get(name);
  }

  @Override
  public @Nullable CatalogStream find(String name, int schema) {
    Snapshot now = snapshot;
    CatalogStream stream = now.streams().get(name);
    if (stream == null) {
      return null;
    }
    // Also of its present one: what it is then does not depend on when that was asked.
    return version(now, name, schema)
        .map(
            version ->
                new CatalogStream(
                    stream.definition().withFields(version.fields()),
                    schema,
                    stream.generation(),
                    stream.created()))
        .orElse(stream);
  }

  private static Optional<SchemaVersion> version(Snapshot now, String name, int schema) {
    return now.schemas().getOrDefault(name, List.of()).stream()
        .filter(version -> version.id() == schema)
        .findFirst();
  }

  @Override
  public List<SchemaVersion> schemas(String name) {
    return snapshot.schemas().getOrDefault(name, List.of());
  }

  /** A schema of the snapshot, as JSON. */
  final Optional<String> known(int schema) {
    return snapshot.schemas().values().stream()
        .flatMap(List::stream)
        .filter(version -> version.id() == schema)
        .findFirst()
        .map(SchemaVersion::schema);
  }

  /** Not before whoever must know of a change has been told of it. */
  @Override
  public synchronized @Nullable List<Field> fields(CatalogStream stream, int id) {
    return version(snapshot, stream.definition().name(), id)
        .map(SchemaVersion::fields)
        .orElse(null);
  }

  @Override
  public Collection<CatalogStream> all() {
    return snapshot.streams().values();
  }

  @Override
  public void onChange(Consumer<String> changeListener) {
    changeListeners.add(changeListener);
  }

  @Override
  public @Nullable CatalogView findView(String name) {
    return snapshot.views().get(name);
  }

  @Override
  public Collection<CatalogView> views() {
    return snapshot.views().values();
  }

  @Override
  public @Nullable CatalogView findBuild(String name) {
    return snapshot.builds().get(name);
  }

  @Override
  public Collection<CatalogView> kept() {
    Snapshot now = snapshot;
    List<CatalogView> kept = new ArrayList<>(now.views().values());
    kept.addAll(now.builds().values());
    return kept;
  }

  @Override
  public @Nullable CatalogTable findTable(String name) {
    return snapshot.references().get(name);
  }

  @Override
  public Collection<CatalogTable> tables() {
    return snapshot.references().values();
  }

  @Override
  public long revision() {
    return snapshot.revision();
  }

  /** Shows the snapshot unless a newer one is shown already. */
  final synchronized void show(Snapshot loaded) {
    Snapshot before = snapshot;
    if (loaded.revision() <= before.revision()) {
      return;
    }
    snapshot = loaded;
    Set<String> names = before.names();
    names.addAll(loaded.names());
    names.stream().filter(name -> !before.isSame(name, loaded)).forEach(this::tell);
  }

  private void tell(String name) {
    changeListeners.forEach(changeListener -> changeListener.accept(name));
  }
}
