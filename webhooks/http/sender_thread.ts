import { parentPort, workerData } from 'node:worker_threads';
import type { Outgoing, SendResult } from '../delivery.ts';
import { openSender } from './sender.ts';
import type { SenderConfig } from './sender.ts';

/** The far side of openThreadedSender: a sender in a thread of its own. */

/** What goes over: requests with a number each, or the wish to close. */
export type ToThread = readonly [number, Outgoing][] | 'close';
/** What comes back, in any order. */
export type FromThread = readonly [number, SendResult][];

const port = parentPort;
if (port === null) throw new Error('sender_thread.ts is a worker, not a program');

const sender = openSender(workerData as SenderConfig);
let results: [number, SendResult][] = [];

/** Whatever ends in one turn of the event loop goes back in one message. */
function answer(number: number, result: SendResult): void {
  if (results.push([number, result]) > 1) return;
  setImmediate(() => {
    const batch: FromThread = results;
    results = [];
    port?.postMessage(batch);
  });
}

port.on('message', (message: ToThread) => {
  if (message === 'close') {
    void sender.close().then(() => setImmediate(() => port.close()));
    return;
  }
  for (const [number, request] of message)
    void sender.send(request).then((result) => answer(number, result));
});
