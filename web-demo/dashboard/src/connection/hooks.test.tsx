import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { painting } from '../painting/painting';
import { useFrameState, useThrottled } from './hooks';

const place = document.createElement('div');

afterEach(() => render(null, place));

/** All that was put off before is done then. */
function nextFrame(): Promise<void> {
  return new Promise((done) => painting.inFrame(done));
}

it('renders what comes by itself in a frame, and nothing where nothing has changed', async () => {
  let rendered = 0;
  let change: (to: (old: number) => number) => void = () => {};
  function Figure() {
    const [figure, setFigure] = useFrameState(1);
    change = setFigure;
    rendered++;
    return <p>{figure}</p>;
  }
  await act(() => render(<Figure />, place));
  change((old) => old + 1);
  change((old) => old + 1);
  expect([rendered, place.textContent]).toEqual([1, '1']);
  await act(nextFrame);
  expect([rendered, place.textContent]).toEqual([2, '3']);

  change((old) => old);
  await act(nextFrame);
  expect(rendered).toBe(2);
});

it('calls once for all that came in its time, never loses the last, and calls nothing once the component has gone', async () => {
  const calls: number[] = [];
  let asked = 0;
  let call = () => {};
  function Throttled() {
    call = useThrottled(() => calls.push(asked), 20);
    return null;
  }
  await act(() => render(<Throttled />, place));
  for (asked = 1; asked < 9; asked++) {
    call();
  }
  await nextFrame();
  expect(calls).toEqual([9]);
  asked = 10;
  call();
  await vi.waitFor(() => expect(calls).toEqual([9, 10]));

  call();
  await act(() => render(null, place));
  await nextFrame();
  expect(calls).toEqual([9, 10]);
});
