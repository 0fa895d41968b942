import { Gateway, SluiceDevice, SluiceQuery } from 'sluice-client';
import { FileStore } from 'sluice-client/node';
import { WebSocket } from 'ws';

const [url, stream, directory, count] = process.argv.slice(2);
const gateway = new Gateway({ url });
const device = new SluiceDevice(gateway, stream, { store: new FileStore(directory), WebSocket });

const begin = Date.parse('2026-01-01T00:00:00Z');
for (let seq = await device.position(); seq < Number(count); seq++) {
  await device.send({ device: 'a', seq, ts: new Date(begin + seq).toISOString() });
}
await device.close(60_000);
console.log(device.counters());

const sql = `SELECT COUNT(*) AS n, MAX(seq) AS last FROM ${stream}`;
for await (const row of new SluiceQuery(gateway, { sql, from: 'earliest', to: 'now' })) {
  console.log(JSON.stringify(row));
}
