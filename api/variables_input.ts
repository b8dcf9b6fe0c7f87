import { refusal } from '../kernel/refusal.ts';
import type { Read } from './body.ts';

const VARIABLES_BYTES_MAX = 65_536;
const VALUE_BYTES_MAX = 32_768;

/**
 * Variables for a flow. Names that begin with voipbin. are ours; the bounds are in bytes, as they
 * are stored.
 */
export function readVariables(
  written: Readonly<Record<string, string>>,
): Read<Record<string, string>> {
  const own = Object.entries(written).filter(([name]) => !name.startsWith('voipbin.'));
  const sizes = own.map(([name, value]) => [name, Buffer.byteLength(value)] as const);
  const large = sizes.find(([, size]) => size > VALUE_BYTES_MAX)?.[0];
  if (large !== undefined) return tooLarge(`/variables/${large}`, 'is larger than 32 KB');
  const total = sizes.reduce((sum, [name, size]) => sum + name.length + size, 0);
  return total > VARIABLES_BYTES_MAX
    ? tooLarge('/variables', 'are larger than 64 KB')
    : { ok: true, value: Object.fromEntries(own) };
}

function tooLarge(param: string, message: string): Read<never> {
  return { ok: false, refused: refusal('invalid_request', param, `${param} ${message}`) };
}
