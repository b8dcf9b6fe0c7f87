import { subscribe } from 'node:diagnostics_channel';

let count = 0;
const more = (): void => void (count += 1);
const less = (): void => void (count -= 1);

subscribe('http.client.request.start', more);
subscribe('http.client.request.error', less);
subscribe('http.client.response.finish', less);
subscribe('undici:request:create', more);
subscribe('undici:request:error', less);
subscribe('undici:request:trailers', less);

/** How many HTTP requests of this process wait for an answer, whoever made them. */
export function httpInFlight(): number {
  return count;
}
