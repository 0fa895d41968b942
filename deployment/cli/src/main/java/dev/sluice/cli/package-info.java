/**
 * The command line: {@code query}, {@code stream}, {@code send}, {@code version}. Thin: what it
 * knows of Sluice is its HTTP and RSocket faces. Runs on the main thread; only {@code send} has
 * others.
 */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
