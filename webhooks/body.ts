import { rfc3339 } from '../kernel/instant.ts';
import { jsonOf } from '../kernel/json.ts';
import type { NoticeRow } from '../store/journal.ts';

/** The version of what `data` looks like; a breaking change would get another. */
export const API_VERSION = 'v1';

/**
 * What a customer's server is sent for a notice: VoIPBIN's `{type, data}` and what makes it safe to
 * receive twice or late. The same notice always gives the same bytes, on every try and every node.
 */
export function bodyOf(notice: NoticeRow): string {
  const { id, type, sequence } = notice;
  const head = { id, type, timestamp: rfc3339(notice.at), sequence, api_version: API_VERSION };
  return `${JSON.stringify(head).slice(0, -1)},"data":${jsonOf(notice.data)}}`;
}
