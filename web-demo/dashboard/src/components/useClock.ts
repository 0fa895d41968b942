import { useEffect, useState } from 'preact/hooks';

/** The clock, in milliseconds of the epoch, once a second while it matters. */
export function useClock(matters: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!matters) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [matters]);
  return now;
}
