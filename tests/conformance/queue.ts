import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Queue, Topic } from '../../queue/queue.ts';

/** A queue under test, and the time it lives in. */
export interface QueueBench {
  readonly clock: Clock;
  readonly queue: Queue;
  /** What the queue complained of, in order. */
  readonly complaints: readonly unknown[];
  /** Lets time go by. Where time goes by itself there is nothing to do. */
  pass(ms: number): Promise<void>;
  /** Another node of the same installation; null where there is only one. */
  readonly join: (() => Promise<Queue>) | null;
  dispose(): Promise<void>;
}

export type MakeQueue = () => Promise<QueueBench>;

/** What every queue promises (queue/queue.ts), whatever carries it. */
export function describeQueue(name: string, make: MakeQueue): void {
  const on = (test: (bench: QueueBench) => Promise<void>) => onBench(make, test);
  describe(`queue: ${name}`, () => {
    describe('wakes', () => {
      it('wakes at the moment asked for, not before', on(wakesInTime));
      it('wakes at once for a moment that has passed', on(wakesAtOnce));
      it('keeps what came before the worker', on(keepsForWorker));
      it('moves a wake to an earlier moment', on(movesEarlier));
      it('moves a wake to a later moment', on(movesLater));
      it('keeps topics and keys apart', on(keepsApart));
    });
    describe('work', () => {
      it('never works twice on a key at once, and once more after', on(coalesces));
      it('goes on after a worker has thrown, and tells of it', on(survivesThrow));
      it('waits for running work on closing, and starts none after', on(closes));
    });
    describe('news', () => {
      it('is told to this node, until it stops listening', on(tellsItself));
      it('is told to other nodes, once to each', on(tellsOthers));
    });
    it('gives each wake to one of several nodes', on(sharesWork));
  });
}

function onBench(make: MakeQueue, test: (bench: QueueBench) => Promise<void>) {
  return async (): Promise<void> => {
    const bench = await make();
    try {
      await test(bench);
    } finally {
      await bench.dispose();
    }
  };
}

interface Run {
  readonly key: string;
  readonly at: Instant;
}

/** Notes what a worker was given; `next` resolves with the next note not yet taken. */
class Notes<Note> {
  readonly all: Note[] = [];
  readonly #takers: ((note: Note) => void)[] = [];
  #taken = 0;

  add(note: Note): void {
    this.all.push(note);
    const taker = this.#takers.shift();
    if (taker === undefined) return;
    this.#taken += 1;
    taker(note);
  }

  next(): Promise<Note> {
    const note = this.all[this.#taken];
    if (note === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    this.#taken += 1;
    return Promise.resolve(note);
  }
}

function listen({ queue, clock }: QueueBench, topic: Topic): Notes<Run> {
  const notes = new Notes<Run>();
  queue.work(topic, (key) => {
    notes.add({ key, at: clock.now() });
    return Promise.resolve();
  });
  return notes;
}

/** `ms` from now: long enough for a server to be told, short enough to wait for. */
function soon({ clock }: QueueBench, ms: number): Instant {
  return (clock.now() + ms) as Instant;
}

async function wakesInTime(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'call');
  const at = soon(bench, 80);
  bench.queue.wake('call', 'a', at);
  await bench.pass(80);
  const run = await runs.next();
  assert.equal(run.key, 'a');
  assert.ok(run.at >= at, `woken ${String(at - run.at)} ms early`);
}

async function wakesAtOnce(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'call');
  bench.queue.wake('call', 'late', soon(bench, -5000));
  await bench.pass(0);
  assert.equal((await runs.next()).key, 'late');
}

async function keepsForWorker(bench: QueueBench): Promise<void> {
  bench.queue.wake('endpoint', 'early', soon(bench, 0));
  await bench.pass(0);
  const runs = listen(bench, 'endpoint');
  await bench.pass(0);
  assert.equal((await runs.next()).key, 'early');
}

async function movesEarlier(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'call');
  bench.queue.wake('call', 'a', soon(bench, 60_000));
  bench.queue.wake('call', 'a', soon(bench, 50));
  await bench.pass(50);
  assert.equal((await runs.next()).key, 'a');
}

/** The sentinel comes after the first moment: a wake that was not moved would be there by then. */
async function movesLater(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'call');
  const moved_to = soon(bench, 900);
  bench.queue.wake('call', 'a', soon(bench, 600));
  bench.queue.wake('call', 'a', moved_to);
  bench.queue.wake('call', 'sentinel', soon(bench, 700));
  await bench.pass(700);
  assert.equal((await runs.next()).key, 'sentinel');
  await bench.pass(200);
  const run = await runs.next();
  assert.deepEqual([run.key, run.at >= moved_to], ['a', true]);
  assert.equal(runs.all.length, 2);
}

async function keepsApart(bench: QueueBench): Promise<void> {
  const calls = listen(bench, 'call');
  const endpoints = listen(bench, 'endpoint');
  bench.queue.wake('call', 'same:key', soon(bench, 0));
  bench.queue.wake('endpoint', 'same:key', soon(bench, 0));
  bench.queue.wake('call', 'other', soon(bench, 0));
  await bench.pass(0);
  const keys = [(await calls.next()).key, (await calls.next()).key].sort();
  assert.deepEqual(keys, ['other', 'same:key']);
  assert.equal((await endpoints.next()).key, 'same:key');
}

async function coalesces(bench: QueueBench): Promise<void> {
  const starts = new Notes<() => void>();
  const ends = new Notes<number>();
  let running = 0;
  bench.queue.work('delivery', async () => {
    running += 1;
    assert.equal(running, 1);
    await new Promise<void>((resolve) => {
      starts.add(resolve);
    });
    running -= 1;
    ends.add(running);
  });
  bench.queue.wake('delivery', 'k', soon(bench, 0));
  await bench.pass(0);
  const finishFirst = await starts.next();
  for (const ms of [0, 0, 0]) bench.queue.wake('delivery', 'k', soon(bench, ms));
  await told(bench);
  finishFirst();
  await ends.next();
  await bench.pass(0);
  const finishSecond = await starts.next();
  finishSecond();
  await ends.next();
  assert.deepEqual([starts.all.length, bench.complaints], [2, []]);
}

/** What was asked of the queue before has arrived when a wake asked for now is answered. */
async function told(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'endpoint');
  bench.queue.wake('endpoint', 'told', soon(bench, 0));
  await bench.pass(0);
  await runs.next();
}

async function survivesThrow(bench: QueueBench): Promise<void> {
  const runs = new Notes<string>();
  bench.queue.work('call', (key) => {
    runs.add(key);
    return key === 'bad' ? Promise.reject(new Error('boom')) : Promise.resolve();
  });
  bench.queue.wake('call', 'bad', soon(bench, 0));
  await bench.pass(0);
  await runs.next();
  bench.queue.wake('call', 'good', soon(bench, 0));
  await bench.pass(0);
  assert.equal(await runs.next(), 'good');
  bench.queue.wake('call', 'bad', soon(bench, 0));
  await bench.pass(0);
  assert.equal(await runs.next(), 'bad');
  await told(bench);
  assert.deepEqual(bench.complaints.map(String), ['Error: boom', 'Error: boom']);
}

async function closes(bench: QueueBench): Promise<void> {
  const starts = new Notes<() => void>();
  let ended = 0;
  bench.queue.work('call', async () => {
    await new Promise<void>((resolve) => {
      starts.add(resolve);
    });
    ended += 1;
  });
  bench.queue.wake('call', 'running', soon(bench, 0));
  await bench.pass(0);
  const finish = await starts.next();
  bench.queue.wake('call', 'never', soon(bench, 30));
  const closed = bench.queue.close().then(() => ended);
  await bench.pass(30);
  finish();
  assert.equal(await closed, 1);
  assert.equal(starts.all.length, 1);
}

async function tellsItself(bench: QueueBench): Promise<void> {
  const heard = new Notes<string>();
  const stop = bench.queue.subscribe('keys', (message) => {
    heard.add(message);
  });
  const unheard = new Notes<string>();
  bench.queue.subscribe('other', (message) => {
    unheard.add(message);
  });
  bench.queue.publish('keys', 'one key');
  assert.equal(await heard.next(), 'one key');
  stop();
  bench.queue.publish('keys', 'two');
  bench.queue.publish('other', 'three');
  assert.equal(await unheard.next(), 'three');
  assert.deepEqual(heard.all, ['one key']);
}

async function tellsOthers(bench: QueueBench): Promise<void> {
  if (bench.join === null) return;
  const other = await bench.join();
  const [here, there] = [new Notes<string>(), new Notes<string>()];
  bench.queue.subscribe('keys', (message) => {
    here.add(message);
  });
  other.subscribe('keys', (message) => {
    there.add(message);
  });
  // A subscription takes a moment to reach the server, so the first message is said until heard.
  const first = there.next();
  let is_heard = false;
  void first.then(() => (is_heard = true));
  while (!is_heard) {
    bench.queue.publish('keys', 'hello');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  bench.queue.publish('keys', 'last');
  for (let heard = await first; heard !== 'last'; heard = await there.next());
  assert.equal(here.all.filter((message) => message === 'last').length, 1);
  assert.equal(there.all.filter((message) => message === 'last').length, 1);
}

async function sharesWork(bench: QueueBench): Promise<void> {
  const runs = listen(bench, 'delivery');
  const other = (await bench.join?.()) ?? null;
  other?.work('delivery', (key) => {
    runs.add({ key, at: bench.clock.now() });
    return Promise.resolve();
  });
  const keys = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, '0')}`);
  for (const key of keys) bench.queue.wake('delivery', key, soon(bench, 0));
  await bench.pass(0);
  const worked: string[] = [];
  while (worked.length < keys.length) worked.push((await runs.next()).key);
  assert.deepEqual(worked.sort(), keys);
}
