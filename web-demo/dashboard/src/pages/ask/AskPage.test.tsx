import { options, render, type VNode } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { Answer } from './Answer';
import AskPage from './AskPage';
import { Editor } from './Editor';
import { Side } from './Side';

// The editor comes when it comes: here it does not, and the plain field stays.
vi.mock('./codemirror', () => new Promise(() => {}));

const place = document.createElement('div');

afterEach(() => {
  render(null, place);
  place.remove();
  options.diffed = diffed;
});

const diffed = options.diffed;

it('a key renders the question again, and neither the answer nor what else could be asked', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ streams: [STREAM] }));
  document.body.append(place);
  await act(() => render(<AskPage />, place));
  await vi.waitFor(() => expect(place.querySelector('.ask-choice-title')?.textContent).toBe('Events of readings'));

  const rendered: unknown[] = [];
  options.diffed = (vnode: VNode) => {
    rendered.push(typeof vnode.type === 'function' ? vnode.type : (vnode.props as { class?: string }).class);
    diffed?.(vnode);
  };
  const field = place.querySelector('textarea') as HTMLTextAreaElement;
  await act(() => {
    field.value = 'SELECT 1';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect(rendered).toContain(Editor);
  expect(rendered).toContain(Side);
  expect(rendered).not.toContain(Answer);
  expect(rendered).not.toContain('ask-choice');
});

const STREAM = {
  name: 'readings',
  time: 'ts',
  fields: [{ name: 'ts', type: 'TIMESTAMP', nullable: false }],
};
