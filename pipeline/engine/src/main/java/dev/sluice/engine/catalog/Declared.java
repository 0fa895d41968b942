package dev.sluice.engine.catalog;

/** What a declaration led to. */
public record Declared(CatalogStream stream, Outcome outcome) {

  /** How the catalog differs from before. */
  public enum Outcome {
    CREATED,
    CHANGED,
    UNCHANGED
  }
}
