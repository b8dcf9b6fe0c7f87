/** Readers of settings: the value that a text stands for; undefined when the text will not do. */
import { isIP } from 'node:net';

const MONTH_S = 30 * 86_400;

export function whole(min: number, max: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  };
}

/** An address of one of these protocols, each with its colon. */
export function url(...protocols: string[]): (text: string) => string | undefined {
  return (text) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined;
}

const FLAGS: Readonly<Record<string, boolean | undefined>> = {
  '1': true,
  on: true,
  true: true,
  '0': false,
  off: false,
  false: false,
};

export function flag(text: string): boolean | undefined {
  return FLAGS[text];
}

/** One to fifty spans of seconds, comma separated, none longer than a month. */
export function schedule(text: string): number[] | undefined {
  const steps = list(text).map(whole(0, MONTH_S));
  return steps.length >= 1 && steps.length <= 50 && steps.every((each) => each !== undefined)
    ? steps
    : undefined;
}

/** Ranges of addresses (CIDR), comma separated. */
export function ranges(text: string): string[] | undefined {
  const all = list(text);
  return all.every(isRange) ? all : undefined;
}

/** The text of a key of 32 bytes, hexadecimal or base64. */
export function keyText(text: string): string | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : Buffer.from(text, 'base64');
  return bytes.length === 32 ? text : undefined;
}

function isRange(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
