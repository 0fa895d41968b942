package dev.sluice.engine.flow;

import org.jspecify.annotations.Nullable;

/**
 * What a buffer or a hop is called.
 *
 * @param stream the one that it is of; null: all
 */
public record Label(Stage stage, String name, @Nullable String stream) {

  /** Of all streams. */
  public static Label of(Stage stage, String name) {
    return new Label(stage, name, null);
  }
}
