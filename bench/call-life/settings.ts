import { parseArgs } from 'node:util';

/** What the command line asked for. */
export interface Settings {
  readonly mariadb: boolean;
  /** Which targets run: both, unless one is named. */
  readonly only: 'limit' | 'product' | null;
  readonly rounds: number;
  readonly measure_ms: number;
  readonly warm_ms: number;
  readonly in_flight: number;
  /** Webhooks the product tells of each call: 5 as the limit, or 6 with call_hangup. */
  readonly webhooks: 5 | 6;
  /** How many calls to open and leave standing; 0 for a run of whole calls. */
  readonly live: number;
}

export const USAGE = `Whole calls a second: the product beside the fastest honest loop.
  --mariadb        also on MariaDB and Redis (found or fetched, started privately)
  --only NAME      limit or product, instead of both in turn
  --rounds N       alternating rounds (2)         --seconds N   length of a run (8)
  --in-flight N    calls under way at once (256)  --webhooks N  5 or 6 a call (5)
  --live N         open N calls that stay, and say what memory they take`;

export function settingsOf(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mariadb: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '8' },
      'in-flight': { type: 'string', default: '256' },
      webhooks: { type: 'string', default: '5' },
      live: { type: 'string', default: '0' },
    },
  });
  const { only } = values;
  return {
    mariadb: values.mariadb,
    only: only === 'limit' || only === 'product' ? only : null,
    rounds: Number(values.rounds),
    measure_ms: Number(values.seconds) * 1000,
    warm_ms: 2000,
    in_flight: Number(values['in-flight']),
    webhooks: values.webhooks === '6' ? 6 : 5,
    live: Number(values.live),
  };
}
