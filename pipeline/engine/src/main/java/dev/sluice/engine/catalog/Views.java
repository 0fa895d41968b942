package dev.sluice.engine.catalog;

import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The views that there are, as of now. Never waits. */
public interface Views {

  @Nullable CatalogView findView(String name);

  /** All views, by name. */
  Collection<CatalogView> views();

  /** What is being built to take the place of the view of that name; null: nothing. */
  @Nullable CatalogView findBuild(String name);

  /**
   * All views, and what is being built to take the place of some: each of a generation of its own.
   */
  Collection<CatalogView> kept();

  /**
   * The catalog's changes so far: every view of a generation up to it is known here, or gone. A
   * view whose generation is greater may come to be known.
   */
  long revision();

  /**
   * Calls the listener with the name of every stream and every view that was declared, changed or
   * deleted from now on, after the snapshot shows it. The listener must not wait.
   */
  void onChange(Consumer<String> listener);
}
