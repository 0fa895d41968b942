import { expect, it } from 'vitest';
import type { Stream } from '../../api';
import { quoted, suggestions } from './completion';
import { FUNCTIONS } from './functions';

function stream(name: string, time: string, ...names: string[]): Stream {
  const fields = names.map((field) => ({ name: field, type: 'DOUBLE' as const }));
  return { name, time, fields: [{ name: time, type: 'TIMESTAMP' }, ...fields] } as unknown as Stream;
}

const STREAMS = [stream('buses', 'ts', 'speed', 'latitude'), stream('meters', 'time', 'power')];

/** At the |. */
function at(marked: string, asked = false) {
  const position = marked.indexOf('|');
  const found = suggestions(marked.replace('|', ''), position, STREAMS, asked);
  return found && { ...found, labels: found.options.map(({ label }) => label) };
}

it('has streams after FROM', () => {
  expect(at('SELECT 1 FROM bu|')).toMatchObject({ from: 14, labels: ['buses', 'meters'] });
  expect(at('SELECT 1 FROM TABLE(TUMBLE(TABLE |', true)?.labels).toEqual(['buses', 'meters']);
});

it('has the fields of the streams that are named, with their types', () => {
  const found = at('SELECT sp| FROM buses');
  expect(found?.labels).toEqual(expect.arrayContaining(['speed', 'AVG', 'SELECT', '_key']));
  expect(found?.labels).not.toContain('power');
  expect(found?.options.find(({ label }) => label === 'ts')).toMatchObject({
    detail: 'TIMESTAMP',
    about: 'the event time',
  });
});

it('has the fields of all where none is named yet', () => {
  expect(at('SELECT p|')?.labels).toEqual(expect.arrayContaining(['power', 'speed']));
});

it('has fields alone after a dot', () => {
  expect(at('SELECT b.| FROM buses AS b')?.labels).toEqual(['ts', 'speed', 'latitude']);
});

it('fills windows with the stream’s own time, in quotes where it is reserved', () => {
  const tumble = at('SELECT COUNT(*) FROM meters GROUP BY T|')?.options.find(({ label }) => label === 'TUMBLE');
  expect(tumble).toMatchObject({ template: `TUMBLE("time", INTERVAL '{10}' SECOND)`, boost: 50 });
});

it('has nothing in texts, comments and numbers, nor before a letter unless asked', () => {
  for (const text of ["SELECT 'a| FROM buses", 'SELECT 1 -- a|', 'SELECT /* a|', 'SELECT 12|', 'SELECT |']) {
    expect(at(text), text).toBeNull();
  }
  expect(at("SELECT 'it''s' AS s|")).not.toBeNull();
  expect(at('SELECT |', true)?.labels).toContain('speed');
});

it('quotes what is no plain name', () => {
  expect(['a_1', 'my col', 'Time', 'a"b', '1a'].map(quoted)).toEqual(['a_1', '"my col"', '"Time"', '"a""b"', '"1a"']);
});

it('knows each function by one name', () => {
  const names = FUNCTIONS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => /^[A-Z][A-Z0-9_]+$/.test(name))).toBe(true);
  expect(FUNCTIONS.every(({ template, about }) => template.endsWith(')') && about)).toBe(true);
});
