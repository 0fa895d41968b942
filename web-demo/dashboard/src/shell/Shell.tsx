import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { ErrorBoundary, ProblemNote } from '../components';
import { useSession } from '../session';
import { SignedIn } from '../session/SignedIn';
import { SignIn } from '../session/SignIn';
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
  const session = useSession();
  const out = session.status === 'out';
  const title = out ? 'Sign in' : entry.title;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  useEffect(() => {
    document.title = `${title} · Sluice`;
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    if (!out) {
      main.current?.focus({ preventScroll: true });
    }
  }, [entry, title, out]);

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
        {!out && <Pages current={entry} />}
        <div class="rail-foot">
          <SignedIn />
          <ConnectionBadge />
          <a class="rail-link" href="/docs/">
            API
          </a>
          <ThemeToggle />
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1} ref={main}>
        {out ? (
          <SignIn reason={session.reason} />
        ) : (
          <ErrorBoundary key={entry.path}>
            <Lazy entry={entry} />
          </ErrorBoundary>
        )}
      </main>
    </div>
  );
}

function Pages({ current }: { current: PageEntry }) {
  return (
    <nav class="nav" aria-label="Pages">
      <ul>
        {PAGES.map(({ path, title, icon }) => (
          <li key={path}>
            <a href={`#/${path}`} aria-current={path === current.path ? 'page' : undefined}>
              <svg viewBox="0 0 20 20" class="icon" aria-hidden="true">
                <path d={icon} />
              </svg>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
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
