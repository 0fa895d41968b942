import type { DeadLetter } from '../../../api';

const LINE = 16;
const MOST_LINES = 256;

/** What came, to be read: its text, or its bytes in hexadecimal as `xxd` shows them. */
export function originalOf({ text, base64 }: DeadLetter): string {
  if (text !== undefined) {
    return visible(text);
  }
  return base64 === undefined ? '' : dump(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

/** Characters that turn the direction of text or are not seen are shown by their number: what came must not pose as something else. */
function visible(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function dump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < MOST_LINES; at += LINE) {
    const part = [...bytes.slice(at, at + LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(LINE * 3 - 1)}  ${text}`);
  }
  return lines.length < Math.ceil(bytes.length / LINE) ? `${lines.join('\n')}\n…` : lines.join('\n');
}
