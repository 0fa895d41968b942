import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { ErrorBoundary, ProblemNote } from '../components';
import { ConnectionBadge } from './ConnectionBadge';
import { entryOf, FALLBACK, PAGES, type PageEntry } from './pages';
import { useRoute } from './route';
import './shell.css';
import mark from './mark.svg';
import { ThemeToggle } from './ThemeToggle';

/** What is around every page: where one is, where one can go, whether it is live. */
export function Shell() {
  const { page } = useRoute();
  const entry = entryOf(page) ?? FALLBACK;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  useEffect(() => {
    document.title = `${entry.title} · Sluice`;
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [entry]);

  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="rail">
        <a class="brand" href="#/live">
          <img src={mark} alt="" width="28" height="28" />
          <span>Sluice</span>
        </a>
        <nav class="nav" aria-label="Pages">
          <ul>
            {PAGES.map(({ path, title, icon }) => (
              <li key={path}>
                <a href={`#/${path}`} aria-current={path === entry.path ? 'page' : undefined}>
                  <svg viewBox="0 0 20 20" class="icon" aria-hidden="true">
                    <path d={icon} />
                  </svg>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="rail-foot">
          <ConnectionBadge />
          <a class="rail-link" href="/docs/">
            API
          </a>
          <ThemeToggle />
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1} ref={main}>
        <ErrorBoundary key={entry.path}>
          <Lazy entry={entry} />
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Lazy({ entry }: { entry: PageEntry }) {
  const [loaded, setLoaded] = useState<{ Page?: ComponentType; problem?: Problem }>({});
  useEffect(() => {
    let here = true;
    entry.load().then(
      ({ default: Page }) => here && setLoaded({ Page }),
      (thrown) =>
        here &&
        setLoaded({
          problem: {
            ...asProblem(thrown),
            title: 'This page did not load',
            detail: 'Reload it when Sluice answers again.',
          },
        }),
    );
    return () => {
      here = false;
    };
  }, [entry]);
  const { Page, problem } = loaded;
  return problem ? <ProblemNote problem={problem} /> : Page ? <Page /> : null;
}
