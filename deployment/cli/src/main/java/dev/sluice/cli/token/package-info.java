/**
 * Makes tokens, with a key of this machine: {@code sluice token}. Talks to no gateway.
 *
 * <p>Runs on the command's thread. Keeps nothing but the key, so nothing fills up.
 */
@NullMarked
package dev.sluice.cli.token;

import org.jspecify.annotations.NullMarked;
