import { Badge, useClock } from '../components';
import { connection, useConnectionState } from '../connection';
import { duration } from '../format';

/** Whether what is seen is live; if not, since when, and a way to try now. */
export function ConnectionBadge() {
  const state = useConnectionState();
  const lost = state.status === 'disconnected' ? state.since : undefined;
  const now = useClock(lost !== undefined);
  if (lost === undefined) {
    const live = state.status === 'live';
    return (
      <div class="connection" role="status" data-connection={state.status}>
        <Badge tone={live ? 'good' : 'neutral'} dot>
          {live ? 'Live' : 'Connecting'}
        </Badge>
      </div>
    );
  }
  return (
    <div class="connection" data-connection="disconnected">
      <button type="button" class="connection-retry" onClick={() => connection.retry()}>
        <Badge tone="bad" dot>
          <span role="status">Disconnected</span>
          <span aria-hidden="true">{duration(Math.max(1_000, Math.floor((now - lost) / 1_000) * 1_000))}</span>
        </Badge>
        <span class="visually-hidden">Try again now</span>
      </button>
    </div>
  );
}
