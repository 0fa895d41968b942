import { Button } from '../../components';
import type { QueryRun } from './run';

/** All of them are there all the time, so that none moves. */
export function RunBar({ run, empty, onRun }: { run: QueryRun; empty: boolean; onRun: () => void }) {
  const { status } = run;
  const paused = status === 'paused';
  const stops = status === 'asking' || status === 'running' || paused;
  return (
    <div class="ask-bar">
      <Button kind="primary" disabled={empty} onClick={onRun}>
        Run <kbd>Ctrl ↵</kbd>
      </Button>
      <Button disabled={!paused && !run.canPause} onClick={() => (paused ? run.resume() : run.pause())}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button disabled={!stops} onClick={() => run.stop()}>
        Stop
      </Button>
      <p class="ask-keys">
        <kbd>Ctrl Space</kbd> completes. <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor.
      </p>
    </div>
  );
}
