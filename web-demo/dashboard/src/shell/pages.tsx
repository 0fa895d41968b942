import type { ComponentType } from 'preact';

export interface PageEntry {
  path: string;
  title: string;
  /** Lines of a 20 by 20 drawing. */
  icon: string;
  load: () => Promise<{ default: ComponentType }>;
}

/** In the order of the navigation. Each is a chunk of its own. */
export const PAGES: readonly PageEntry[] = [
  {
    path: 'live',
    title: 'Live',
    icon: 'M2 11h3l2.5-6 4 11 2.5-7 1 2h3',
    load: () => import('../pages/live/LivePage'),
  },
  {
    path: 'ask',
    title: 'Ask',
    icon: 'M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14',
    load: () => import('../pages/ask/AskPage'),
  },
  {
    path: 'flow',
    title: 'Flow',
    icon: 'M2 10h3M8.5 5.5H12M8.5 14.5H12M15 10h3M5 7.5h3.5v5H5zM12 3h3v5h-3zM12 12h3v5h-3z',
    load: () => import('../pages/flow/FlowPage'),
  },
  {
    path: 'streams',
    title: 'Streams',
    icon: 'M3 6c2.3-2 4.7-2 7 0s4.7 2 7 0M3 10.5c2.3-2 4.7-2 7 0s4.7 2 7 0M3 15c2.3-2 4.7-2 7 0s4.7 2 7 0',
    load: () => import('../pages/streams/StreamsPage'),
  },
  {
    path: 'views',
    title: 'Views',
    icon: 'M3 4h14v12H3zM3 8h14M8 8v8M8 12h9',
    load: () => import('../pages/views/ViewsPage'),
  },
  {
    path: 'devices',
    title: 'Devices',
    icon: 'M4 3h5v14H4zM6 14.5h1M12 8a4 4 0 0 1 4 4M12 5a7 7 0 0 1 7 7M12 11a1 1 0 0 1 1 1',
    load: () => import('../pages/devices/DevicesPage'),
  },
];

export const FALLBACK = PAGES[0] as PageEntry;

export function entryOf(path: string): PageEntry | undefined {
  return PAGES.find((entry) => entry.path === path);
}
