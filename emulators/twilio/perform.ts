import { hangUp, turnDown } from './lifecycle.ts';
import { paramsOf } from './letters.ts';
import { sendAbout } from './reports.ts';
import { hear, type Next, pickUp, type Stage } from './stage.ts';
import { Interrupted } from '../waiting.ts';
import { type Call, type Document, isOver, type World } from './state.ts';
import { type Element, parseTwiml, warningsOf } from './twiml.ts';
import { VERBS } from './verbs.ts';

const DOCUMENT_CHARACTERS_MAX = 65_536;
const SPOKEN = /^(?:text\/plain)\b/;
const XML = /^(?:text|application)\/(?:xml|html)\b|^application\/.*\+xml\b/;

/** Has a call do what a document says, from now on, instead of what it did. */
export function perform(world: World, call: Call, document: Document): void {
  call.interrupt();
  const stop = new AbortController();
  call.interrupt = () => stop.abort();
  call.on_digit = null;
  const stage: Stage = { world, call, stop: stop.signal, base: '' };
  run(stage, document).catch((error: unknown) => {
    if (error instanceof Interrupted) return;
    world.journal.complain('emulator', call.sid, String(error));
    hangUp(world, call);
  });
}

async function run(stage: Stage, first: Document): Promise<void> {
  let next: Next = { go: 'to', document: first };
  while (next.go === 'to') next = await act(stage, next.document);
  // A document that has nothing more to say hangs up.
  hangUp(stage.world, stage.call);
}

async function act(stage: Stage, document: Document): Promise<Next> {
  const read = await readDocument(stage, document);
  if ('next' in read) return read.next;
  const here: Stage = { ...stage, base: read.base };
  for (const warning of warningsOf(read.verbs)) complain(stage, '12200', warning);
  for (const element of read.verbs) {
    const verb = Object.hasOwn(VERBS, element.name) ? VERBS[element.name] : undefined;
    if (verb === undefined) continue;
    const next = await verb(here, element);
    if (next.go !== 'on') return next;
  }
  return { go: 'end' };
}

type Read = { readonly verbs: readonly Element[]; readonly base: string } | { readonly next: Next };

async function readDocument(stage: Stage, document: Document): Promise<Read> {
  if (document.twiml !== null) return parsed(stage, document, document.twiml);
  const { hook, tag } = document;
  if (hook === null) return { verbs: [], base: '' };
  const { call, world } = stage;
  const params = { ...paramsOf(call), ...document.params };
  const returned = await sendAbout(world, { call, hook, tag, params });
  if (stage.stop.aborted || isOver(call)) throw new Interrupted();
  if (!returned.ok) return failed(stage, document, ['11200', returned.detail]);
  noteExchange(call, hook.url, { params, status: returned.status });
  if (returned.status >= 400)
    return failed(stage, document, ['11200', `answered ${returned.status}`]);
  const type = returned.headers['content-type'] ?? '';
  const text = returned.body.toString('utf8');
  if (text.trim() === '') return { verbs: [], base: hook.url };
  if (SPOKEN.test(type)) return { verbs: [spoken(text)], base: hook.url };
  if (!XML.test(type)) return failed(stage, document, ['12300', `content type ${type}`]);
  return parsed(stage, document, text);
}

function parsed(stage: Stage, document: Document, text: string): Read {
  if (text.length > DOCUMENT_CHARACTERS_MAX)
    return failed(stage, document, ['11750', 'the document is too large']);
  const twiml = parseTwiml(text);
  if (!twiml.ok) return failed(stage, document, [twiml.code, twiml.detail]);
  return { verbs: twiml.verbs, base: document.hook?.url.split('#')[0] ?? '' };
}

/** A document that cannot be had: its fallback once, else an apology and the end of the call. */
function failed(stage: Stage, document: Document, [code, detail]: [string, string]): Read {
  const { call, world } = stage;
  const url = document.hook?.url ?? '';
  complain(stage, code, `${document.tag} ${url}: ${detail}`);
  const { fallback } = call.order;
  if (fallback !== null && document.tag !== 'fallback') {
    const params = { ErrorCode: code, ErrorUrl: url };
    return {
      next: { go: 'to', document: { hook: fallback, twiml: null, tag: 'fallback', params } },
    };
  }
  if (call.tm_answered === null && call.direction === 'inbound') {
    turnDown(world, call, { code: 503 });
    throw new Interrupted();
  }
  pickUp(stage);
  hear(stage, 'say: an application error has occurred');
  return { next: { go: 'end' } };
}

function spoken(text: string): Element {
  return { name: 'Say', attributes: {}, children: [], text };
}

function complain({ world, call }: Stage, code: string, text: string): void {
  world.journal.complain(code, call.sid, text);
}

const EVENTS_MAX = 100;

function noteExchange(
  call: Call,
  url: string,
  { params, status }: { readonly params: object; readonly status: number },
): void {
  const request = { url, method: 'POST', parameters: params };
  call.events.push({ request, response: { response_code: status } });
  if (call.events.length > EVENTS_MAX) call.events.shift();
}
