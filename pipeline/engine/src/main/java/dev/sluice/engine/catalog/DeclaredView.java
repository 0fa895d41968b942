package dev.sluice.engine.catalog;

/**
 * What a view's declaration led to.
 *
 * @param view as it is now, or will be
 * @param building whether it is being built, and takes the place of what is there when it has come
 *     as far
 */
public record DeclaredView(CatalogView view, Declared.Outcome outcome, boolean building) {}
