import { instant, time } from '../format';
import { session } from './page';
import './session.css';
import { useSession } from './useSession';

/** Who is signed in, until when, and the way out; nothing where nobody is asked. */
export function SignedIn() {
  const state = useSession();
  if (state.status !== 'in') {
    return null;
  }
  const { who } = state;
  return (
    <div class="signed-in">
      {who && (
        <p title={who.rights.join('\n')}>
          <span class="visually-hidden">Signed in as </span>
          <strong>{who.subject}</strong>
          {who.expires && <span class="signed-in-until">until {until(who.expires)}</span>}
        </p>
      )}
      <button type="button" class="rail-link" onClick={() => session.signOut()}>
        Sign out
      </button>
    </div>
  );
}

/** The time of today, else the day too. */
function until(expires: string): string {
  const end = new Date(expires);
  return end.toDateString() === new Date().toDateString() ? time(end) : instant(end);
}
