import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellQuoted } from '../../format';
import { curl, eventSource, java, javaQuoted, scriptQuoted } from './copies';
import type { Question } from './question';

const NASTY = `it's "x" \\ \\n $(id) \`id\` !! </script> \${x} %41 & = @f ü 😀 \u2028\n-- next\t'''`;
const ORIGIN = 'http://localhost:8080';
const question: Question = { sql: NASTY, from: '-5m', to: '', emit: 'changes', speed: '10' };

describe('shells', () => {
  it('hand on what is quoted as it is', () => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuoted(NASTY)}`], { encoding: 'utf8' })).toBe(NASTY);
  });

  it('hand curl one argument for each parameter', () => {
    const printed = execFileSync('sh', ['-c', curl(question, ORIGIN).replace(/^curl/, "printf '%s\\0'")], {
      encoding: 'utf8',
    });
    expect(printed.split('\0').slice(0, -1)).toEqual([
      '-NG',
      `${ORIGIN}/v1/query`,
      ...[`sql=${NASTY}`, 'from=-5m', 'emit=changes', 'speed=10'].flatMap((data) => ['--data-urlencode', data]),
    ]);
  });
});

describe('JavaScript', () => {
  it('reads what is quoted as it is', () => {
    expect(new Function(`return ${scriptQuoted(NASTY)}`)()).toBe(NASTY);
    expect(scriptQuoted(NASTY)).not.toContain('</');
  });

  it('asks the same', () => {
    const asked: string[] = [];
    class Source {
      constructor(url: string) {
        asked.push(url);
      }
      addEventListener() {}
    }
    new Function('EventSource', eventSource(question, ORIGIN))(Source);
    const parameters = new URL(asked[0] as string).searchParams;
    expect(Object.fromEntries(parameters)).toEqual({ sql: NASTY, from: '-5m', emit: 'changes', speed: '10' });
  });
});

describe('with a token', () => {
  it('is asked of the shell, outside all quotes that keep it from it', () => {
    const printed = execFileSync('sh', ['-c', curl(question, ORIGIN, true).replace(/^curl/, "printf '%s\\0'")], {
      encoding: 'utf8',
      env: { ...process.env, SLUICE_TOKEN: 'a.b.c' },
    });
    expect(printed.split('\0').slice(0, 3)).toEqual(['-H', 'Authorization: Bearer a.b.c', '-NG']);
  });

  it('goes by a ticket where there is no header', async () => {
    const asked: string[] = [];
    class Source {
      constructor(url: string) {
        asked.push(url);
      }
      addEventListener() {}
    }
    const given = async (url: string, init: RequestInit) => {
      asked.push(`${init.method} ${url} ${new Headers(init.headers).get('Authorization')}`);
      return Response.json({ ticket: 't&t' });
    };
    const script = `return (async () => {${eventSource(question, ORIGIN, true)}})()`;
    await new Function('EventSource', 'fetch', 'token', script)(Source, given, 'a.b.c');
    expect(asked[0]).toBe(`POST ${ORIGIN}/v1/tickets Bearer a.b.c`);
    expect(new URL(asked[1] as string).searchParams.get('ticket')).toBe('t&t');
  });
});

describe('Java', () => {
  it('has one literal a line, in ASCII', () => {
    expect(javaQuoted('a "b"\n\\c ü😀')).toBe('"a \\"b\\"\\n"\n            + "\\\\c \\u00fc\\ud83d\\ude00"');
    expect(javaQuoted('')).toBe('""');
    expect(java(question, ORIGIN)).toMatch(/^[\n -~]*$/);
  });

  it('ends only where its own literals end', () => {
    const literals = javaQuoted(NASTY).split('\n            + ');
    // Of the escapes used here JSON has the same.
    expect(literals.map((literal) => JSON.parse(literal)).join('')).toBe(NASTY);
  });
});
