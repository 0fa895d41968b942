import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from 'sluice-client';
import { Button, Field, Page, Panel, ProblemNote } from '../components';
import { session } from './page';
import './session.css';

/** In place of every page while the gateway asks who it is. */
export function SignIn({ reason }: { reason: Problem | undefined }) {
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState<Problem | undefined>(reason && inWords(reason));
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => field.current?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    setAsking(true);
    setRefused(undefined);
    try {
      await session.signIn(token);
    } catch (thrown) {
      setRefused(inWords(asProblem(thrown)));
      setAsking(false);
      field.current?.focus();
      field.current?.select();
    }
  };

  return (
    <Page title="Sign in" about="This Sluice asks who you are: paste a token. Its rights say what you may see and do.">
      <Panel title="Your token" class="span-6">
        <form class="sign-in" onSubmit={submit}>
          {refused && <ProblemNote problem={refused} />}
          <Field label="Token" hint="Kept for this tab alone, until it is closed or you sign out.">
            {(control) => (
              <input
                {...control}
                ref={field}
                class={`${control.class} sign-in-token mono`}
                aria-invalid={refused !== undefined}
                value={token}
                onInput={(event) => setToken(event.currentTarget.value)}
                required
                autoComplete="off"
                autoCapitalize="off"
                spellcheck={false}
              />
            )}
          </Field>
          <div>
            <Button kind="primary" type="submit" disabled={asking}>
              {asking ? 'Signing in' : 'Sign in'}
            </Button>
          </div>
        </form>
        <p class="muted sign-in-help">
          Tokens come from whoever runs this Sluice: by an identity provider, or by <code>deployment/sluice token</code>
          .
        </p>
      </Panel>
    </Page>
  );
}

/** The gateway's words on a token that has expired are for who follows a stream. */
function inWords(problem: Problem): Problem {
  return problem.code === 'TOKEN_EXPIRED'
    ? { ...problem, title: 'Your token has expired', detail: 'Sign in with a new one, and go on where you were.' }
    : problem;
}
