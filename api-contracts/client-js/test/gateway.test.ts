import { throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gateway } from '../src/gateway.js';

describe('Gateway', () => {
  for (const url of [undefined, 'localhost:8080', 'ws://localhost:8080', 'gateway']) {
    it(`does not take ${url} for its address`, () => {
      throws(() => new Gateway(url === undefined ? {} : { url }), /url must be like http:\/\/localhost:8080: was /);
    });
  }
});
