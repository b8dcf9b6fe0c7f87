import type { Client, Json } from '../stage/client.ts';
import type { Printer } from '../stage/print.ts';
import type { Received } from '../stage/receiver.ts';
import { sayEvent, sayWebhook } from './words.ts';

const LOOK_MS = 60;
const PATIENCE_MS = 40_000;

/** Follows calls by their timelines and tells each new thing once, until all of them are over. */
export class Watch {
  readonly tally = { webhooks: 0, verified: 0 };
  readonly #client: Client;
  readonly #print: Printer;
  readonly #names = new Map<string, string>();
  readonly #shown = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(client: Client, print: Printer) {
    this.#client = client;
    this.#print = print;
  }

  follow(call_id: string, name: string): void {
    this.#names.set(call_id, name);
  }

  heard(received: Received): void {
    const { type, data, verified } = received;
    this.tally.webhooks += 1;
    this.tally.verified += Number(verified);
    const id = String(type.startsWith('call_') ? data['id'] : data['reference_id']);
    if (type === 'call_created' && this.#names.has(String(data['master_call_id'])))
      this.follow(id, 'call B (chained to A)');
    this.#print.line('webhook', `${this.#nameOf(id)}: ${sayWebhook(received)}`);
    if (type === 'call_hangup') this.#ended.add(id);
  }

  /** Resolves when every call followed is over and its last webhook has come. */
  async over(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (this.#ended.size < this.#names.size) {
      if (performance.now() > until) throw new Error('the calls did not end in time');
      await this.#lookAtAll();
      await new Promise((next) => setTimeout(next, LOOK_MS));
    }
    await this.#lookAtAll();
  }

  #nameOf(id: string): string {
    return this.#names.get(id) ?? 'another call';
  }

  async #lookAtAll(): Promise<void> {
    for (const call_id of [...this.#names.keys()]) await this.#look(call_id);
  }

  async #look(call_id: string): Promise<void> {
    const { result: events } = await this.#client.get(`/calls/${call_id}/events`);
    const { result: attempts } = await this.#client.get(`/calls/${call_id}/attempts`);
    for (const event of events as Json[]) {
      const key = `${call_id}/${String(event['id'])}`;
      if (this.#shown.has(key)) continue;
      this.#shown.add(key);
      const said = sayEvent(event, attempts as Json[]);
      if (said !== null) this.#print.line(said.who, `${this.#nameOf(call_id)}: ${said.text}`);
    }
  }
}
