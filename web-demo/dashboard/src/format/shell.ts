/** One word for a POSIX shell: nothing within single quotes means anything, but a single quote. */
export function shellQuoted(text: string): string {
  return /^[\w:/.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line of curl's, asked with the token that the shell has. */
export function withToken(curl: string): string {
  return curl.replace(/^curl/, 'curl -H "Authorization: Bearer $SLUICE_TOKEN"');
}
