import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { STATES } from './limit_store.ts';
import { end, forkOwn, nextMessage } from './target.ts';
import type { Place, Target } from './target.ts';

const BODY = JSON.stringify({
  source: '+14155550100',
  destinations: [{ type: 'tel', target: '+14155550101' }],
  actions: [{ type: 'answer' }, { type: 'talk', text: 'hello there, this is a test call' }],
});
const SECRET_BYTES = 24;

/** Starts the fastest honest loop in a process of its own. */
export async function startLimit(place: Place): Promise<Target> {
  const secret = randomBytes(SECRET_BYTES).toString('base64');
  const child = forkOwn('limit.ts', {
    LIMIT_DB: place.mysql_url ?? join(place.folder, 'limit.db'),
    SINK_PORT: String(place.sink_port),
    SINK_SECRET: secret,
  });
  const { port } = await nextMessage<{ port: number }>(child);
  return {
    name: 'limit',
    load: {
      port,
      path: '/v1/calls',
      headers: {},
      body: BODY,
      secret,
      final_mark: '"status":"hangup"',
      webhooks_per_call: STATES.length,
      pid: child.pid ?? 0,
    },
    prove: async ({ calls_in_all, webhooks_in_all }) => {
      child.send('prove');
      const { faults } = await nextMessage<{ faults: string[] }>(child);
      return webhooks_in_all === calls_in_all * STATES.length
        ? faults
        : [...faults, `five webhooks a call: ${webhooks_in_all} for ${calls_in_all}`];
    },
    stop: () => end(child, 'SIGTERM'),
  };
}
