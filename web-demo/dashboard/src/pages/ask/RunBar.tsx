import { Button } from '../../components';
import type { QueryRun } from './run';
import { useOf } from './useRun';

/** All of them are there all the time, so that none moves. */
export function RunBar({ run, empty, onRun }: { run: QueryRun; empty: boolean; onRun: () => void }) {
  const status = useOf(run, () => run.status);
  const canPause = useOf(run, () => run.canPause);
  const paused = status === 'paused';
  const stops = status === 'asking' || status === 'running' || paused;
  return (
    <div class="ask-bar">
      <Button kind="primary" disabled={empty} onClick={onRun}>
        Run <kbd>Ctrl ↵</kbd>
      </Button>
      <Button disabled={!paused && !canPause} onClick={() => (paused ? run.resume() : run.pause())}>
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
