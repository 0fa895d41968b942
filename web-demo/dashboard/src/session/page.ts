import { Session } from './session';

/** Who is signed in to this tab. */
export const session = new Session(storage());

/** Undefined where the browser keeps nothing for the page. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
