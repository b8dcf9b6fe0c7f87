import type { Client, Json } from '../stage/client.ts';
import type { Printer } from '../stage/print.ts';
import type { Received } from '../stage/receiver.ts';
import type { Page, RequestStep, WantedWebhook, WebhooksStep } from './page.ts';
import { filled, missingIn, valueAt } from './values.ts';

const PATIENCE_MS = 30_000;

/** Runs the steps of one page, one after the other. Throws when the page does not hold. */
export class Player {
  readonly #client: Client;
  readonly #print: Printer;
  readonly #values = new Map<string, unknown>();
  /** Webhooks that no line has claimed yet, in the order they came. */
  readonly #unclaimed: Received[] = [];
  #wake: () => void = () => undefined;
  /** What came, and how much of it bore a signature that holds. */
  readonly tally = { webhooks: 0, verified: 0 };

  constructor(client: Client, print: Printer) {
    this.#client = client;
    this.#print = print;
  }

  heard(received: Received): void {
    this.tally.webhooks += 1;
    this.tally.verified += Number(received.verified);
    this.#unclaimed.push(received);
    this.#wake();
  }

  async play({ steps }: Page): Promise<void> {
    for (const step of steps)
      await (step.step === 'request' ? this.#request(step) : this.#webhooks(step));
  }

  async #request(step: RequestStep): Promise<void> {
    const path = filled(step.path, this.#values);
    const said = `${step.method} /v1${path}`;
    const body = step.body === null ? undefined : parsed(filled(step.body, this.#values), said);
    const answer = await this.#client.ask(step.method, path, body);
    this.#print.line('api', `${said}: ${answer.status}`);
    const expected = step.status === null ? answer.status < 300 : answer.status === step.status;
    if (!expected) throw new Error(`${said}: ${answer.status} ${JSON.stringify(answer.body)}`);
    if (step.name !== null) this.#values.set(step.name, answer.body);
    if (step.answer === null) return;
    const wanted = parsed(filled(step.answer, this.#values), `the answer to ${said}`);
    const missing = missingIn(answer.body, wanted);
    if (missing !== null) throw new Error(`${said}: ${missing}`);
  }

  async #webhooks({ wanted }: WebhooksStep): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (const each of wanted) await this.#await(each, until);
  }

  async #await(wanted: WantedWebhook, until: number): Promise<void> {
    for (;;) {
      const found = this.#claim(wanted);
      if (found !== null) {
        if (wanted.name !== null) this.#values.set(wanted.name, found.data);
        return this.#print.line('webhook', filled(wanted.text, this.#values));
      }
      const left = until - performance.now();
      if (left <= 0) throw new Error(`no webhook came for: ${wanted.text}; ${this.#rest()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #claim({ type, fields }: WantedWebhook): Received | null {
    const wanted = fields.map(({ path, value }) => [path, filled(value, this.#values)] as const);
    const fits = ({ type: told, data }: Received): boolean =>
      told === type && wanted.every(([path, value]) => textOf(valueAt(data, path)) === value);
    const place = this.#unclaimed.findIndex(fits);
    return place < 0 ? null : (this.#unclaimed.splice(place, 1)[0] ?? null);
  }

  #rest(): string {
    const told = this.#unclaimed.map(({ type, data }) => {
      const action = textOf(valueAt(data, 'current_action.type') ?? '');
      return `${type} ${textOf(data['status'])} ${action}`.trim();
    });
    return `unclaimed: ${told.join(', ')}`;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function parsed(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`${where} is not JSON: ${String(error)}`, { cause: error });
  }
}
