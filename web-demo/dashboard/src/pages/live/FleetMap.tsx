import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../components';
import { number } from '../../format';
import { FleetCanvas, type Hit } from './map/FleetCanvas';
import type { Selection } from './map/layers';
import { SPEEDS } from './map/speed';
import type { LiveFleet } from './useFleet';
import { usePointer } from './usePointer';

const PAN_PIXELS = 60;
const ZOOM = 1.5;

interface Props extends LiveFleet {
  selection: Selection;
  onSelect: (to: Selection) => void;
}

/** The fleet, drawn from nothing but its own reports. What can be selected here can be in the list beside it. */
export function FleetMap({ fleet, shapes, summary, selection, onSelect }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<FleetCanvas | undefined>(undefined);
  const tip = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const drawn = new FleetCanvas(place.current as HTMLElement, canvas.current as HTMLCanvasElement, fleet, shapes);
    map.current = drawn;
    return () => drawn.close();
  }, []);
  useEffect(() => map.current?.select(selection), [selection.bus, selection.route]);

  usePointer(place, map, {
    onPoint: (hit, x, y) => {
      const element = tip.current as HTMLElement;
      element.hidden = !hit;
      if (hit) {
        element.textContent = described(hit);
        const left = Math.min(x + 14, (place.current?.clientWidth ?? 0) - element.offsetWidth - 8);
        element.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, y - 34)}px)`;
      }
    },
    onPick: (hit) => onSelect(hit?.bus ? { bus: hit.bus.bus } : { route: hit?.route }),
  });

  const keys = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    if (act && map.current && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act(map.current);
    } else if (event.key === 'Escape') {
      onSelect({});
    }
  };

  return (
    <div class="map">
      {/* biome-ignore lint/a11y/useSemanticElements: a section inside the panel's section would be a landmark too many */}
      <div
        ref={place}
        class="map-place"
        role="group"
        aria-label="Map of the fleet. Arrow keys move it, plus and minus zoom, 0 shows all."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by the keyboard
        tabIndex={0}
        onKeyDown={keys}
      >
        <div aria-hidden="true">
          <canvas ref={canvas} />
          <div ref={tip} class="map-tip" hidden />
        </div>
        {summary.buses === 0 && <p class="map-empty">Waiting for the first report…</p>}
      </div>
      <fieldset class="map-buttons">
        <legend class="visually-hidden">Map</legend>
        <Button aria-label="Zoom in" onClick={() => map.current?.zoom(ZOOM)}>
          +
        </Button>
        <Button aria-label="Zoom out" onClick={() => map.current?.zoom(1 / ZOOM)}>
          −
        </Button>
        <Button aria-label="Show all" onClick={() => map.current?.fit()}>
          <svg viewBox="0 0 20 20" class="icon" aria-hidden="true">
            <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" />
          </svg>
        </Button>
      </fieldset>
      <div class="map-foot">
        <ul class="map-legend" aria-label="Colours: speed in kilometres an hour">
          {SPEEDS.map(({ label, token }, i) => (
            <li key={label}>
              <span
                class={i === 0 ? 'map-dot map-ring' : 'map-dot'}
                style={i === 0 ? { borderColor: `var(${token})` } : { background: `var(${token})` }}
                aria-hidden="true"
              />
              {label}
            </li>
          ))}
          <li class="muted">km/h</li>
        </ul>
        <p class="map-summary">
          {number(summary.buses)} buses on {number(summary.routes)} routes; roads of {number(summary.steps)} steps
          driven
        </p>
      </div>
    </div>
  );
}

const KEYS: Record<string, (map: FleetCanvas) => void> = {
  ArrowLeft: (map) => map.pan(PAN_PIXELS, 0),
  ArrowRight: (map) => map.pan(-PAN_PIXELS, 0),
  ArrowUp: (map) => map.pan(0, PAN_PIXELS),
  ArrowDown: (map) => map.pan(0, -PAN_PIXELS),
  '+': (map) => map.zoom(ZOOM),
  '=': (map) => map.zoom(ZOOM),
  '-': (map) => map.zoom(1 / ZOOM),
  '0': (map) => map.fit(),
};

function described({ bus, route }: Hit): string {
  if (!bus) {
    return `Route ${route}`;
  }
  const on = bus.route === null ? 'off its route' : `route ${bus.route}`;
  return `Bus ${bus.bus}, ${on}, ${number(bus.kmh, 0, 'km/h')}`;
}
