/**
 * What a view is: a query that is kept, and how.
 *
 * <p>Plain values, usable on any thread. Nothing here holds anything, so nothing fills up.
 */
@NullMarked
package dev.sluice.model.view;

import org.jspecify.annotations.NullMarked;
