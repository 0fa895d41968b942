/**
 * JSON as plain values, and the terminal. Light on purpose: no data binding, so that a command
 * starts at once. Runs on the caller's thread; holds one document at a time, of the gateway's
 * making.
 */
@NullMarked
package dev.sluice.cli.text;

import org.jspecify.annotations.NullMarked;
