import type { Answer } from '../web/server.ts';
import type { Visit } from '../web/desk.ts';
import { json, type Json, refused } from './wire.ts';

const SIZE_PRESET = 50;
const SIZE_MAX = 1_000;

/** A page of a list as API 2010-04-01 shows it: the links are relative to the host. */
export function page(visit: Visit, key: string, items: readonly Json[]): Answer {
  const size = Number(visit.query.get('PageSize') ?? SIZE_PRESET);
  const number = Number(visit.query.get('Page') ?? 0);
  if (!Number.isInteger(size) || size < 1 || size > SIZE_MAX || !Number.isInteger(number))
    return refused(400, 20001, 'PageSize or Page is out of range');
  const start = number * size;
  const shown = items.slice(start, start + size);
  const link = (at: number): string => {
    const query = new URLSearchParams(visit.query);
    query.set('PageSize', String(size));
    query.set('Page', String(at));
    return `${visit.path}?${query.toString()}`;
  };
  return json(200, {
    [key]: shown,
    page: number,
    page_size: size,
    start,
    end: Math.max(start, start + shown.length - 1),
    uri: link(number),
    first_page_uri: link(0),
    next_page_uri: start + size < items.length ? link(number + 1) : null,
    previous_page_uri: number > 0 ? link(number - 1) : null,
  });
}
