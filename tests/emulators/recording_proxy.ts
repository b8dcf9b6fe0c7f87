import { systemClock } from '../../engine/clock.ts';
import { Activity } from '../../emulators/web/activity.ts';
import { Courier } from '../../emulators/web/courier.ts';
import { type Asked, listen, type Reply } from '../../emulators/web/server.ts';
import type { Exchange } from './contract.ts';

/** A proxy that keeps what goes through it. */
export interface RecordingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

const PASSED_ON: readonly string[] = ['authorization', 'content-type', 'accept'];

export async function openProxy(target: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const courier = new Courier({ clock: systemClock(), origins: {} });
  const respond = async (asked: Asked): Promise<Reply> => {
    const { method, target: path, headers, body } = asked;
    const kept = Object.entries(headers).filter(([name]) => PASSED_ON.includes(name));
    const url = new URL(path, target).toString();
    const outgoing = { method, url, headers: Object.fromEntries(kept), body, timeout_ms: 10_000 };
    const returned = await courier.send(outgoing);
    if (!returned.ok) return { answer: { status: 502 }, sending: 'reset' };
    const { status } = returned;
    const response = returned.body.toString('utf8');
    const content_type = headers['content-type'] ?? '';
    exchanges.push({ method, target: path, content_type, request: body, status, response });
    const type = { 'content-type': returned.headers['content-type'] ?? '' };
    return { answer: { status, headers: type, body: returned.body }, sending: 'whole' };
  };
  const server = await listen({ port: 0, activity: new Activity(), respond });
  return { url: server.url, exchanges, close: () => server.close() };
}
