/**
 * The gateway as the commands see it: its HTTP face, its problems, and what they mean for the exit
 * code. Requests run on the command's own thread and wait for their answer; a streamed answer is
 * read as fast as it is printed, and no faster.
 */
@NullMarked
package dev.sluice.cli.gateway;

import org.jspecify.annotations.NullMarked;
