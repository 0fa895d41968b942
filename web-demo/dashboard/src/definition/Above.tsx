import { href } from '../shell/route';

/** Where one is, below the list of all. */
export function Above({ of }: { of: 'streams' | 'views' }) {
  return (
    <a class="above" href={href(of)}>
      <span aria-hidden="true">←</span> All {of}
    </a>
  );
}
