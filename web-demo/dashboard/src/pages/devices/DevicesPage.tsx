import { useState } from 'preact/hooks';
import { api } from '../../api';
import { Button, DataTable, Empty, Field, Page, Panel, ProblemNote, Stat } from '../../components';
import { useLatestRows, usePolled, WAITING } from '../../connection';
import { bytes, compact, number, rate } from '../../format';
import { comings, devices } from './columns';
import './devices.css';
import { COMINGS, SORTS, type Sort, shownOf } from './devices';

const EVERY_MS = 2_000;
/** Devices of a page: however many are here, no more are asked for, or drawn. */
const AT_ONCE = 50;
const NEWEST = 50;
const HEIGHT = 560;

export default function DevicesPage() {
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<Sort>('rate');
  const [offset, setOffset] = useState(0);
  const asked = { search: search.trim() || undefined, sort, offset, limit: AT_ONCE };
  const { value, problem } = usePolled(JSON.stringify(asked), (signal) => api.devices(asked, signal), EVERY_MS);
  const { rows, state } = useLatestRows(COMINGS, (row) => `${row.connection} ${row.seq}`, { max: NEWEST });

  return (
    <Page title="Devices" about="Who is connected and sends, over RSocket or WebSocket, at every gateway.">
      {problem && <ProblemNote problem={problem} waits />}
      <dl class="stats">
        <Stat label="Here" value={number(value?.total)} note={gatewaysOf(value?.gateways)} />
        <Stat label="Found" value={number(value?.found)} note="by the search below" />
        <Stat label="Events" value={rate(value?.['events-per-second'])} note="acked to those found" />
        <Stat label="Bytes" value={value ? `${bytes(value['bytes-per-second'])}/s` : '–'} note="of their frames" />
      </dl>
      <Panel
        title="Who is here"
        about={
          value && !value.complete ? 'Other gateways’ devices in part' : 'What is acked, over the last ten seconds'
        }
        class="span-7"
        height={HEIGHT}
        state={value || problem ? undefined : WAITING}
      >
        <div class="device-search">
          <Field label="Find a device, client, address or stream">
            {(control) => (
              <input
                {...control}
                type="search"
                value={search}
                onInput={(event) => {
                  setSearch(event.currentTarget.value);
                  setOffset(0);
                }}
              />
            )}
          </Field>
          <Field label="First">
            {(control) => (
              <select
                {...control}
                value={sort}
                onChange={(event) => {
                  setSort(event.currentTarget.value as Sort);
                  setOffset(0);
                }}
              >
                {SORTS.map(({ key, label }) => (
                  <option key={key} value={key}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {value &&
          (value.devices.length === 0 ? (
            <Empty>
              <h3>{search ? 'None is found' : 'No device is connected'}</h3>
              <p>Whoever sends single requests, over HTTP say, holds no connection, and is not here.</p>
            </Empty>
          ) : (
            <DataTable
              caption="Devices that are here"
              columns={devices(Date.now())}
              rows={value.devices}
              rowKey={({ connection }) => connection}
              max={AT_ONCE}
              height={HEIGHT}
            />
          ))}
        {value && value.found > AT_ONCE && (
          <nav class="device-pages" aria-label="Pages of devices">
            <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - AT_ONCE))}>
              Before
            </Button>
            <span>{shownOf(offset, value.devices.length, value.found, compact)}</span>
            <Button disabled={offset + AT_ONCE >= value.found} onClick={() => setOffset(offset + AT_ONCE)}>
              After
            </Button>
          </nav>
        )}
      </Panel>
      <Panel
        title="Comings and goings"
        about="The newest, as they are told"
        query={COMINGS}
        state={state.status === 'waiting' && !state.problem && rows.length === 0 && value ? undefined : state}
        class="span-5"
        height={HEIGHT}
      >
        {rows.length === 0 ? (
          <Empty>
            <h3>Nobody has come or gone lately</h3>
          </Empty>
        ) : (
          <DataTable
            caption="Devices that came and went"
            columns={comings}
            rows={[...rows].reverse()}
            rowKey={(row) => `${row.connection} ${row.seq}`}
            max={NEWEST}
            height={HEIGHT}
          />
        )}
      </Panel>
    </Page>
  );
}

function gatewaysOf(gateways: number | undefined): string {
  return gateways === undefined || gateways === 1 ? 'at one gateway' : `at ${number(gateways)} gateways`;
}
