/**
 * Files of readings as they are found: CSV, NDJSON, gzipped or not, and times in the usual
 * spellings. Reads row by row on the caller's thread; a file is never held as a whole.
 */
@NullMarked
package dev.sluice.cli.file;

import org.jspecify.annotations.NullMarked;
