import { useEffect, useRef } from 'preact/hooks';
import { rate as perSecond } from '../../format';
import { speedOf } from './model';

/** Pixels between two drops. */
const SPACING = 15;
const STILL = matchMedia('(prefers-reduced-motion: reduce)');

/** A pipe with drops that go through it as fast as its rate says; none move for those who want no motion. */
export function Pipe({ path, rate, what }: { path: string; rate: number; what: string }) {
  const drops = useRef<SVGPathElement>(null);
  const motion = useRef<Animation | undefined>(undefined);

  useEffect(() => {
    const started = () => {
      motion.current?.cancel();
      motion.current = STILL.matches
        ? undefined
        : drops.current?.animate([{ strokeDashoffset: 0 }, { strokeDashoffset: -SPACING }], {
            duration: 1_000,
            iterations: Number.POSITIVE_INFINITY,
          });
      motion.current?.pause();
    };
    started();
    STILL.addEventListener('change', started);
    return () => {
      STILL.removeEventListener('change', started);
      motion.current?.cancel();
    };
  }, []);

  useEffect(() => {
    const now = motion.current;
    if (!now) {
      return;
    }
    // Its rate changes, its place does not: the drops never jump.
    if (rate > 0) {
      now.updatePlaybackRate(speedOf(rate) / SPACING);
      now.play();
    } else {
      now.pause();
    }
  });

  return (
    <g class={rate > 0 ? 'pipe' : 'pipe pipe-still'}>
      <title>{`${what}: ${perSecond(rate)}`}</title>
      <path class="pipe-wall" d={path} />
      <path class="pipe-drops" d={path} ref={drops} />
    </g>
  );
}
