import { parseJson } from '../kernel/foreign.ts';
import { type Operation, type Visit, WebDesk } from './web/desk.ts';
import { Faults, readFault } from './web/faults.ts';
import type { Answer } from './web/server.ts';
import { readScript } from './network/script.ts';
import type { EmulatorMeans, Workshop } from './workshop.ts';

/** Where the emulator itself is asked and steered; no carrier has such paths. */
export const CONTROL = '/_emulator';

type Body = Readonly<Record<string, unknown>>;

function shown(status: number, body: unknown): Answer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify(body, null, 2) };
}

const DONE: Answer = { status: 204 };

function wrong(message: string): Answer {
  return shown(400, { error: message });
}

function bodyOf(visit: Visit): Body {
  const read = parseJson(visit.body === '' ? '{}' : visit.body);
  return read.ok && typeof read.value === 'object' && read.value !== null ? { ...read.value } : {};
}

function textIn(body: Body, name: string): string {
  return typeof body[name] === 'string' ? body[name] : '';
}

/** What can be seen and done at an emulator beside its carrier's API. Faults do not reach it. */
export function controlDesk(workshop: Workshop, means: EmulatorMeans): WebDesk<object> {
  const { clock, activity } = workshop;
  return new WebDesk<object>({
    operations: controlOperations(workshop, means),
    faults: new Faults(),
    clock,
    activity,
    admit: () => ({}),
    about: () => [],
    missing: () => shown(404, { error: 'there is no such path' }),
    refusal: () => DONE,
  });
}

function controlOperations(workshop: Workshop, means: EmulatorMeans): Operation<object>[] {
  const { network, journal } = workshop;
  return [
    { name: 'control', at: `GET ${CONTROL}/lines`, act: () => shown(200, network.records) },
    { name: 'control', at: `GET ${CONTROL}/webhooks`, act: () => shown(200, journal.webhooks) },
    { name: 'control', at: `GET ${CONTROL}/complaints`, act: () => shown(200, journal.complaints) },
    {
      name: 'control',
      at: `POST ${CONTROL}/webhooks/:n/replay`,
      act: (visit) => replay(workshop, Number(visit.parts['n'])),
    },
    { name: 'control', at: `POST ${CONTROL}/clock`, act: (visit) => advance(means, visit) },
    ...networkOperations(workshop),
    ...faultOperations(workshop),
  ];
}

function networkOperations({ network }: Workshop): Operation<object>[] {
  return [
    {
      name: 'control',
      at: `POST ${CONTROL}/calls`,
      act: (visit) => {
        const { script = {}, ...body } = bodyOf(visit);
        const read = readScript(script);
        if (typeof read === 'string') return wrong(read);
        const record = network.call(textIn(body, 'from'), textIn(body, 'to'), read);
        return record === null ? wrong('nobody owns that number') : shown(201, record);
      },
    },
    {
      name: 'control',
      at: `PUT ${CONTROL}/numbers/:number`,
      act: (visit) => {
        const read = readScript(bodyOf(visit));
        if (typeof read === 'string') return wrong(read);
        network.script(visit.parts['number'] ?? '', read);
        return DONE;
      },
    },
    {
      name: 'control',
      at: `DELETE ${CONTROL}/numbers/:number`,
      act: (visit) => {
        network.script(visit.parts['number'] ?? '', null);
        return DONE;
      },
    },
    {
      name: 'control',
      at: `POST ${CONTROL}/lines/:ref/:deed`,
      act: (visit) => onLine(network, visit),
    },
  ];
}

/** The far party of a line presses keys, or hangs up. */
function onLine(network: Workshop['network'], visit: Visit): Answer {
  const line = network.lineOf(visit.parts['ref'] ?? '');
  if (line === null) return wrong('no such line is up');
  switch (visit.parts['deed']) {
    case 'press':
      line.press(textIn(bodyOf(visit), 'digits'));
      return DONE;
    case 'hangup':
      line.end({ code: line.is_answered ? 200 : 487, by: 'far_end' });
      return DONE;
    default:
      return wrong('a party can press and hangup');
  }
}

function faultOperations({ faults }: Workshop): Operation<object>[] {
  return [
    { name: 'control', at: `GET ${CONTROL}/faults`, act: () => shown(200, faults.list()) },
    {
      name: 'control',
      at: `POST ${CONTROL}/faults`,
      act: (visit) => {
        const order = readFault(bodyOf(visit));
        return typeof order === 'string' ? wrong(order) : shown(201, faults.add(order));
      },
    },
    {
      name: 'control',
      at: `DELETE ${CONTROL}/faults`,
      act: () => {
        faults.clear();
        return DONE;
      },
    },
  ];
}

async function advance({ advance: move = null }: EmulatorMeans, visit: Visit): Promise<Answer> {
  const { ms } = bodyOf(visit);
  if (move === null) return wrong('this clock goes by itself only');
  if (typeof ms !== 'number' || !(ms >= 0)) return wrong('ms is a number from 0 on');
  await move(ms);
  return DONE;
}

const REPLAY_MS = 15_000;

/** Sends the very bytes of a webhook once more, as somebody would who had caught them. */
async function replay({ journal, courier }: Workshop, n: number): Promise<Answer> {
  const webhook = journal.webhooks.find((each) => each.n === n);
  if (webhook === undefined) return wrong('no such webhook');
  const { method, url, headers, body } = webhook;
  const returned = await courier.send({ method, url, headers, body, timeout_ms: REPLAY_MS });
  return shown(200, { status: returned.ok ? returned.status : null });
}
