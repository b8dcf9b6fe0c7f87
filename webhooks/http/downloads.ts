import { Agent, request } from 'undici';
import type { Downloaded, Downloads } from '../download.ts';
import { type Guard, makeGuard } from './guard.ts';
import { guardedLookup, type Resolve } from './lookup.ts';

export interface DownloadsConfig {
  /** Longest a download may take, redirects and all. */
  readonly timeout_ms: number;
  readonly bytes_max: number;
  /** Closed address ranges that are open here, as CIDR. */
  readonly allow: readonly string[];
  /** Another resolver than the system's. */
  readonly resolve?: Resolve;
}

const REDIRECTS_MAX = 3;
const MOVED: readonly number[] = [301, 302, 303, 307, 308];

/** The door over undici. Throws when `allow` cannot be read. */
export function openDownloads(config: DownloadsConfig): Downloads {
  const guard = makeGuard(config.allow);
  const agent = new Agent({ connect: { lookup: guardedLookup(guard, config.resolve) } });
  return {
    fetch: async (url) => {
      const signal = AbortSignal.timeout(config.timeout_ms);
      try {
        return await follow(url, { config, guard, agent, signal });
      } catch (error) {
        return refused(signal.aborted ? 'it took too long' : textOf(error));
      }
    },
    close: () => agent.destroy(),
  };
}

interface Means {
  readonly config: DownloadsConfig;
  readonly guard: Guard;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

/** Wherever it is sent on to, the guard is asked again: a redirect is no way round it. */
async function follow(first: string, means: Means): Promise<Downloaded> {
  let next = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const url = URL.canParse(next) ? new URL(next) : null;
    const refusal = url === null ? 'it is not a URL' : means.guard.refusal(url);
    if (url === null || refusal !== null) return refused(refusal ?? '');
    const { statusCode, headers, body } = await request(url, {
      dispatcher: means.agent,
      signal: means.signal,
      headers: { accept: 'audio/wav, audio/*;q=0.9, */*;q=0.1' },
    });
    // Whoever lets go of a body before its end is told so by an event, which is no news here.
    body.on('error', () => undefined);
    const { location } = headers;
    if (!MOVED.includes(statusCode) || typeof location !== 'string')
      return read(statusCode, body, means);
    body.destroy();
    if (!URL.canParse(location, url.href)) return refused('it leads nowhere');
    next = new URL(location, url).href;
  }
  return refused('it leads from one place to the next');
}

async function read(
  status: number,
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  { config }: Means,
): Promise<Downloaded> {
  if (status !== 200) {
    body.destroy();
    return refused(`the server said ${status}`);
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > config.bytes_max) {
      body.destroy();
      return refused(`it is larger than ${config.bytes_max} bytes`);
    }
    pieces.push(piece);
  }
  return { ok: true, bytes: Buffer.concat(pieces) };
}

function refused(why: string): Downloaded {
  return { ok: false, why };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
