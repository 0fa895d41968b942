import { shellQuoted } from '../format';

/** A request as a line for the shell, with whatever it says quoted. */
export function curl(method: string, path: string, body?: unknown, origin = location.origin): string {
  const url = shellQuoted(`${origin}${path}`);
  if (body === undefined) {
    return method === 'GET' ? `curl ${url}` : `curl -X ${method} ${url}`;
  }
  const verb = method === 'POST' ? '' : `-X ${method} `;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `curl ${verb}${url} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellQuoted(text)}`;
}
