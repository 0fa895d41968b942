import { Empty, Page, Panel } from '../components';
import { href } from '../shell/route';
import { Above } from './Above';

/** A stream or a view of which the address is known, and that is not there. */
export function Gone({ name, of }: { name: string; of: 'streams' | 'views' }) {
  const { one, made, make } = WORDS[of];
  return (
    <Page title={name} controls={<Above of={of} />}>
      <Panel title="It is not here">
        <Empty>
          <h3>
            There is no {one} {name}
          </h3>
          <p>
            It was deleted, or never {made}. <a href={href(of, { [make.toLowerCase()]: '' })}>{make} it</a>, or go{' '}
            <a href={href(of)}>to all {of}</a>.
          </p>
        </Empty>
      </Panel>
    </Page>
  );
}

const WORDS = {
  streams: { one: 'stream', made: 'declared', make: 'Declare' },
  views: { one: 'view', made: 'defined', make: 'Define' },
} as const;
