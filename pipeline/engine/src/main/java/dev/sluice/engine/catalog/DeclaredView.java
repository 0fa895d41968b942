package dev.sluice.engine.catalog;

/** What a view's declaration led to. */
public record DeclaredView(CatalogView view, Declared.Outcome outcome) {}
