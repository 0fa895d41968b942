import { describe, expect, it } from 'vitest';
import type { Problem } from '../../api';
import {
  changeField,
  type Draft,
  definitionOf,
  errorsOf,
  FIRST_DRAFT,
  sampleEvent,
  withField,
  withoutField,
} from './draft';

const DRAFT: Draft = { ...FIRST_DRAFT, name: 'readings' };

function problem(more: Partial<Problem>): Problem {
  return { type: 't', title: 'Invalid stream', status: 400, code: 'STREAM_INVALID', detail: 'why', ...more };
}

describe('what is declared', () => {
  it('leaves what is empty to its default', () => {
    expect(definitionOf({ ...DRAFT, id: '', retention: '', partitions: '' })).toEqual({
      fields: [
        { name: 'device', type: 'STRING' },
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'value', type: 'DOUBLE', nullable: true },
      ],
      key: 'device',
      time: 'ts',
      lateness: 'PT5S',
    });
  });

  it('says what is ticked', () => {
    expect(definitionOf({ ...DRAFT, historical: true, unknown: 'ignore', partitions: '3' })).toMatchObject({
      historical: true,
      unknown: 'ignore',
      partitions: 3,
    });
  });
});

describe('fields', () => {
  it('are added with a row of their own, also after one has gone', () => {
    const rows = withField(withField(withoutField(DRAFT, 2))).fields.map(({ row }) => row);
    expect(rows).toEqual([1, 3, 4, 5]);
  });

  it('take their roles with them', () => {
    expect(withoutField(DRAFT, 2).time).toBe('');
    expect(withoutField(DRAFT, 2).key).toBe('device');
    expect(changeField(DRAFT, 1, { name: 'bus' }).key).toBe('bus');
    expect(changeField(DRAFT, 3, { name: 'v' }).key).toBe('device');
    expect(changeField({ ...DRAFT, id: '' }, 3, { name: 'v' }).id).toBe('');
  });
});

describe('a refusal', () => {
  it('stands at the control that it is about', () => {
    expect(errorsOf(problem({ field: 'lateness' }), DRAFT)).toEqual({ at: { lateness: 'why' } });
    expect(errorsOf(problem({ field: 'fields[1].type' }), DRAFT)).toEqual({ at: { 'fields.1': 'why' } });
    expect(errorsOf(problem({ field: 'value' }), DRAFT)).toEqual({ at: { 'fields.2': 'why' } });
  });

  it('of several members stands at each', () => {
    const conflict = problem({ reasons: { key: 'a', partitions: 'b' } });
    expect(errorsOf(conflict, DRAFT)).toEqual({ at: { key: 'a', partitions: 'b' } });
  });

  it('that belongs to no control is said above', () => {
    const other = problem({ field: 'schema' });
    expect(errorsOf(other, DRAFT)).toEqual({ at: {}, rest: other });
    expect(errorsOf(problem({ field: 'fields[9].name' }), DRAFT).rest).toBeDefined();
    expect(errorsOf(problem({}), DRAFT).rest).toBeDefined();
  });
});

it('makes an example that fits the schema', () => {
  const now = new Date('2026-11-21T10:00:00.000Z');
  const fields = [
    { name: 'device', type: 'STRING' as const },
    { name: 'seq', type: 'LONG' as const },
    { name: 'ts', type: 'TIMESTAMP' as const },
    { name: 'value', type: 'DOUBLE' as const },
    { name: 'on', type: 'BOOLEAN' as const },
  ];
  expect(sampleEvent({ fields, id: 'seq' }, now)).toEqual({
    device: 'device-1',
    seq: now.getTime(),
    ts: '2026-11-21T10:00:00.000Z',
    value: 21.5,
    on: true,
  });
});
