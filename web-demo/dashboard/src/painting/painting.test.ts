import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Painting } from './painting';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'performance', 'requestAnimationFrame', 'cancelAnimationFrame'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function painter(changes: () => boolean) {
  return { changed: changes, paint: vi.fn() };
}

it('draws ten times a second what changes all the time, and asks for no frame where nothing does', () => {
  const frames = vi.spyOn(globalThis, 'requestAnimationFrame');
  const painting = new Painting();
  let changes = true;
  const moving = painter(() => changes);
  const still = painter(() => false);
  painting.add(moving);
  painting.add(still);
  vi.advanceTimersByTime(1_000);
  expect(moving.paint.mock.calls.length).toBeGreaterThanOrEqual(8);
  expect(moving.paint.mock.calls.length).toBeLessThanOrEqual(10);
  expect(still.paint).not.toHaveBeenCalled();

  changes = false;
  vi.advanceTimersByTime(200);
  frames.mockClear();
  vi.advanceTimersByTime(5_000);
  expect(frames).not.toHaveBeenCalled();
});

it('draws in the next frame when it is asked to', () => {
  const painting = new Painting();
  const dragged = painter(() => true);
  painting.add(dragged);
  vi.advanceTimersByTime(130);
  dragged.paint.mockClear();
  painting.soon();
  vi.advanceTimersByTime(17);
  expect(dragged.paint).toHaveBeenCalledTimes(1);
});

it('leaves alone what has gone, and what is not seen', () => {
  const painting = new Painting();
  const gone = painter(() => true);
  painting.add(gone)();
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const unseen = painter(() => true);
  painting.add(unseen);
  vi.advanceTimersByTime(1_000);
  expect(gone.paint).not.toHaveBeenCalled();
  expect(unseen.paint).not.toHaveBeenCalled();

  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(200);
  expect(unseen.paint).toHaveBeenCalled();
});

it('does what was put off once, in the frame of the painters', () => {
  const frames = vi.spyOn(globalThis, 'requestAnimationFrame');
  const painting = new Painting();
  const moving = painter(() => true);
  painting.add(moving);
  const act = vi.fn();
  for (let tenths = 0; tenths < 10; tenths++) {
    painting.inFrame(act);
    vi.advanceTimersByTime(30);
    painting.inFrame(act);
    vi.advanceTimersByTime(70);
  }
  expect(act.mock.calls.length).toBeGreaterThanOrEqual(8);
  expect(act.mock.calls.length).toBeLessThanOrEqual(10);
  expect(frames.mock.calls.length).toBeLessThanOrEqual(11);
});

it('does what was put off where nothing is painted, unless it is called off or not seen', () => {
  const painting = new Painting();
  const act = vi.fn();
  painting.inFrame(act)();
  vi.advanceTimersByTime(1_000);
  expect(act).not.toHaveBeenCalled();

  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  painting.inFrame(act);
  vi.advanceTimersByTime(1_000);
  expect(act).not.toHaveBeenCalled();

  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(200);
  expect(act).toHaveBeenCalledTimes(1);
});
