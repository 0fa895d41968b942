/**
 * {@code sluice stream}: declare, infer, list, show, delete. Runs on the main thread; of a CSV file
 * only the head is read.
 */
@NullMarked
package dev.sluice.cli.stream;

import org.jspecify.annotations.NullMarked;
