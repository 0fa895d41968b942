import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FleetCanvas, Hit } from './map/FleetCanvas';

interface Listener {
  /** The pointer is on something, or on nothing (any more). Pixels in the map. */
  onPoint: (hit: Hit | undefined, x: number, y: number) => void;
  onPick: (hit: Hit | undefined) => void;
}

/** Farther than a hand trembles, in pixels. */
const DRAG = 4;

/**
 * Drag to move, click to select. The wheel zooms once the map has the focus (or with Ctrl), so that the page scrolls over it
 * until then; two fingers pinch, one scrolls the page.
 */
export function usePointer(
  place: RefObject<HTMLElement | null>,
  map: RefObject<FleetCanvas | undefined>,
  listener: Listener,
) {
  const newest = useRef(listener);
  newest.current = listener;

  useEffect(() => {
    const element = place.current as HTMLElement;
    const down = new Map<number, { x: number; y: number }>();
    const until = new AbortController();
    let dragged = 0;
    let pointed = 0;

    function at({ clientX, clientY }: MouseEvent) {
      const { left, top } = element.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    }
    function on<K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) {
      element.addEventListener(type, listener, { signal: until.signal, passive });
    }

    on('pointerdown', (event) => {
      if (event.button === 0) {
        down.set(event.pointerId, at(event));
        dragged = 0;
      }
    });
    on('pointermove', (event) => {
      const here = at(event);
      const before = down.get(event.pointerId);
      if (!before) {
        point(here, event.timeStamp);
        return;
      }
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const spread = (a: { x: number; y: number }) => Math.hypot(a.x - other.x, a.y - other.y);
        map.current?.zoom(spread(here) / Math.max(1, spread(before)), (here.x + other.x) / 2, (here.y + other.y) / 2);
      } else {
        dragged += Math.hypot(here.x - before.x, here.y - before.y);
        if (dragged < DRAG) {
          return;
        }
        element.setPointerCapture(event.pointerId);
        map.current?.pan(here.x - before.x, here.y - before.y);
      }
      down.set(event.pointerId, here);
      newest.current.onPoint(undefined, 0, 0);
    });
    on('pointerup', (event) => {
      if (down.delete(event.pointerId) && dragged < DRAG) {
        const { x, y } = at(event);
        newest.current.onPick(map.current?.hit(x, y));
      }
    });
    on('pointercancel', (event) => down.delete(event.pointerId));
    on('pointerleave', () => newest.current.onPoint(undefined, 0, 0));
    on(
      'wheel',
      (event) => {
        if (event.ctrlKey || element === document.activeElement) {
          event.preventDefault();
          const { x, y } = at(event);
          map.current?.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), x, y);
        }
      },
      false,
    );
    /** At most ten times a second: it looks at all there is. */
    function point({ x, y }: { x: number; y: number }, when: number) {
      if (when - pointed > 100) {
        pointed = when;
        const hit = map.current?.hit(x, y);
        element.style.cursor = hit ? 'pointer' : '';
        newest.current.onPoint(hit, x, y);
      }
    }
    return () => until.abort();
  }, []);
}
