import { expect, it } from 'vitest';
import { curl } from './curl';

const HERE = 'http://localhost:8080';

it('writes what the shell takes', () => {
  expect(curl('GET', '/v1/streams', undefined, HERE)).toBe('curl http://localhost:8080/v1/streams');
  expect(curl('DELETE', '/v1/streams/buses', undefined, HERE)).toBe(
    'curl -X DELETE http://localhost:8080/v1/streams/buses',
  );
  expect(curl('PUT', '/v1/streams/buses', { fields: [] }, HERE)).toBe(
    `curl -X PUT http://localhost:8080/v1/streams/buses \\\n  -H 'Content-Type: application/json' \\\n  -d '{"fields":[]}'`,
  );
});

it('quotes what would end the quotes', () => {
  expect(curl('POST', '/e', `[{"a":"it's"}]`, HERE)).toContain(`-d '[{"a":"it'\\''s"}]'`);
});
