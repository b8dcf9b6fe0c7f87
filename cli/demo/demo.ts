import { wordsOf } from '../arguments.ts';
import type { Client, Json } from '../stage/client.ts';
import { type Printer, printer } from '../stage/print.ts';
import { openStage, type Stage } from '../stage/stage.ts';
import { Watch } from './watch.ts';

const CALLER = '+15005550006';
const CALLEE = '+12125550100';
/** Answers, talks for five seconds and hangs up (docs/sandbox.md). */
const COLLEAGUE = '+12125550153';

/** The call of the demo: its first route fails, its callee presses 1 and is put through. */
const CALL = {
  source: { type: 'tel', target: CALLER },
  destinations: [{ type: 'tel', target: CALLEE }],
  actions: [
    { type: 'talk', option: { text: 'Hello. Press 1 to speak to a colleague.' } },
    { type: 'digits_receive', option: { length: 1, duration: 5000 } },
    {
      type: 'branch',
      option: {
        variable: 'voipbin.call.digits',
        target_ids: { '1': 'colleague' },
        default_target_id: 'goodbye',
      },
    },
    {
      id: 'colleague',
      type: 'connect',
      option: {
        source: { type: 'tel', target: CALLER },
        destinations: [{ type: 'tel', target: COLLEAGUE }],
      },
    },
    {
      id: 'goodbye',
      type: 'talk',
      option: { text: 'Goodbye, ${voipbin.call.destination.target}.' },
    },
    { type: 'hangup' },
  ],
  sandbox: {
    dtmf: '1',
    ring_ms: 300,
    answer_ms: 900,
    by_provider: { 'sandbox-cheap': { final_code: 503 } },
  },
};

/** Places a call on a fresh Tandem and shows everything that happens. Needs no network. */
export async function demoCommand(args: readonly string[]): Promise<number> {
  wordsOf(args, { flags: [], words: 0 });
  const print = printer(process.stdout);
  print.title('Tandem on its embedded default: SQLite, in-process work, three sandbox carriers');
  const stage = await openStage(print);
  try {
    const watch = new Watch(stage.client, print);
    stage.listen((received) => watch.heard(received));
    return await placeCall(stage, watch, print);
  } finally {
    await stage.close();
  }
}

async function placeCall(
  { client, account_id }: Stage,
  watch: Watch,
  print: Printer,
): Promise<number> {
  const began = performance.now();
  print.title(`POST /v1/calls: ${CALLER} calls ${CALLEE}`);
  await showRoutes(client, print);
  const { calls } = await client.post('/calls', CALL);
  const [call] = calls as Json[];
  watch.follow(String(call?.['id']), 'call A');
  await watch.over();
  return summary(client, { call_id: String(call?.['id']), account_id, watch, began }, print);
}

async function showRoutes(client: Client, print: Printer): Promise<void> {
  const { actions } = CALL;
  const wish = { destination: { type: 'tel', target: CALLEE }, actions };
  const { candidates } = await client.post('/routes/preview', wish);
  for (const [place, candidate] of (candidates as Json[]).entries()) {
    const price = candidate['price'] as Json;
    const steps = `${String(price['initial_s'])}/${String(price['increment_s'])}`;
    const rate = `${String(price['rate_per_minute'])} ${String(price['currency'])}/min ${steps}`;
    print.line(
      'route',
      `${place + 1}. ${String((candidate['provider'] as Json)['name'])}, ${rate}`,
    );
  }
}

async function summary(
  client: Client,
  told: {
    readonly call_id: string;
    readonly account_id: string;
    readonly watch: Watch;
    readonly began: number;
  },
  print: Printer,
): Promise<number> {
  const seconds = ((performance.now() - told.began) / 1000).toFixed(1);
  const call = await client.get(`/calls/${told.call_id}`);
  const { result: billings } = await client.get('/billings');
  const { result: postings } = await client.get(`/billing_accounts/${told.account_id}/postings`);
  const account = await client.get(`/billing_accounts/${told.account_id}`);
  print.title('In the ledger');
  for (const posting of (postings as Json[]).toReversed())
    print.line('money', `${String(posting['entry_id'])}: ${String(posting['amount'])}`);
  print.title('Summary');
  for (const attempt of call['attempts'] as Json[]) print.plain(`  ${sayAttempt(attempt)}`);
  const { webhooks, verified } = told.watch.tally;
  const ended = `${String(call['hangup_by'])} ${String(call['hangup_reason'])}`;
  const charged = (billings as Json[]).length;
  print.plain(`  call A ended: ${ended}, charged ${String(call['amount'])}`);
  print.plain(
    `  ${charged} legs charged, each once; the balance is ${String(account['balance'])} USD`,
  );
  print.plain(`  ${webhooks} webhooks came, ${verified} signatures verified`);
  const held = account['held'] === '0.00';
  const good = charged === 2 && webhooks > 0 && webhooks === verified && held;
  print.plain(`  ${good ? 'Everything as it should be' : 'SOMETHING IS WRONG'}, in ${seconds} s`);
  return good ? 0 : 1;
}

function sayAttempt(attempt: Json): string {
  const how = String(attempt['hangup_reason']);
  const code = attempt['sip_code'] === null ? '' : ` (SIP ${String(attempt['sip_code'])})`;
  const name = String(attempt['provider_name']);
  return `attempt ${String(attempt['number'])}: ${name}: ${how}${code}`;
}
