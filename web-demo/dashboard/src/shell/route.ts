import { useEffect, useState } from 'preact/hooks';

/** Where the page is: `#/ask?sql=…` is page `ask` with its parameters, `#/streams/buses` has a rest. */
export interface Route {
  page: string;
  rest: string[];
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [page = '', ...rest] = path.split('/').map(decode);
  return { page: page || 'live', rest, params: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `href('ask', { sql })`, `href('streams/buses')`. What is undefined is left out. */
export function href(path: string, params: Record<string, string | undefined> = {}): string {
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given).toString();
  return `#/${path}${query && `?${query}`}`;
}

export function navigate(path: string, params?: Record<string, string | undefined>, { replace = false } = {}) {
  const to = href(path, params);
  if (replace) {
    history.replaceState(null, '', to);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = to;
  }
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}
