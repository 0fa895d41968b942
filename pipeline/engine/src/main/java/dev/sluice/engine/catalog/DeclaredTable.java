package dev.sluice.engine.catalog;

/** What a reference table's declaration led to. */
public record DeclaredTable(CatalogTable table, Declared.Outcome outcome) {}
