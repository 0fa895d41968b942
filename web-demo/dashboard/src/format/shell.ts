/** One word for a POSIX shell: nothing within single quotes means anything, but a single quote. */
export function shellQuoted(text: string): string {
  return /^[\w:/.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
