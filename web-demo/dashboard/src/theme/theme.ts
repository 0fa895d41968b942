import { useEffect, useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';

/** Also read by assets/theme.js, before the first paint. */
const KEY = 'sluice.theme';
const DARK = matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function chooseTheme(chosen: Theme) {
  if (chosen === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = chosen;
  }
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is closed to the page: it lasts as long as the page.
  }
  for (const watcher of watchers) {
    watcher();
  }
}

/** Calls when colours change: what is drawn on a canvas is drawn anew. */
export function onColours(watcher: () => void): () => void {
  watchers.add(watcher);
  DARK.addEventListener('change', watcher);
  return () => {
    watchers.delete(watcher);
    DARK.removeEventListener('change', watcher);
  };
}

export function useTheme(): Theme {
  const [now, setNow] = useState(theme);
  useEffect(() => onColours(() => setNow(theme())), []);
  return now;
}

/** A colour of the style sheet as a canvas takes it: `colour('--series-1')`. */
export function colour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
