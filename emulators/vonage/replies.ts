import { parseJson } from '../../kernel/foreign.ts';
import type { Returned } from '../web/courier.ts';
import type { Next } from './stage.ts';

/** The NCCO that an answer to an event brings, which replaces the one at work; null for none. */
export function nccoIn(returned: Returned): Next | null {
  if (!returned.ok || returned.status >= 300) return null;
  const read = parseJson(returned.body.toString('utf8'));
  const has = read.ok && Array.isArray(read.value) && read.value.length > 0;
  return has ? { go: 'to', source: { ncco: read.value } } : null;
}
