import { SaxesParser } from 'saxes';

/** An element of TwiML, with the text in it and in everything below it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

export type Twiml =
  | { readonly ok: true; readonly verbs: readonly Element[] }
  | { readonly ok: false; readonly code: string; readonly detail: string };

interface Growing {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Growing[];
  text: string;
}

const DEPTH_MAX = 20;

/** Reads a document as strictly as Twilio: well-formed XML whose root is Response, or nothing. */
export function parseTwiml(text: string): Twiml {
  const top: Growing = { name: '', attributes: {}, children: [], text: '' };
  const open: Growing[] = [top];
  const parser = new SaxesParser();
  const say = (more: string): void => {
    for (const element of open) element.text += more;
  };
  parser.on('opentag', ({ name, attributes }) => {
    const element: Growing = { name, attributes: { ...attributes }, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
    if (open.length > DEPTH_MAX) parser.fail('nested too deeply');
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', say);
  parser.on('cdata', say);
  parser.on('doctype', () => parser.fail('a document type is not allowed'));
  try {
    parser.write(text.trimStart()).close();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, code: '12100', detail };
  }
  const [root] = top.children;
  if (root?.name !== 'Response')
    return { ok: false, code: '12102', detail: `the root is ${root?.name ?? 'missing'}` };
  return { ok: true, verbs: root.children };
}

const HOOK = ['action', 'method'];
const REPORT = ['statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'];
const RECORDED = [
  ...['record', 'trim', 'recordingStatusCallback', 'recordingStatusCallbackMethod'],
  ...['recordingStatusCallbackEvent', 'recordingTrack'],
];
const STREAM = ['url', 'name', 'track', 'statusCallback', 'statusCallbackMethod', 'connectorName'];

/** What each element may carry. What is not listed Twilio warns about (12200) and leaves out. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  Say: ['voice', 'language', 'loop'],
  Play: ['loop', 'digits'],
  Pause: ['length'],
  Gather: [
    ...[...HOOK, 'input', 'timeout', 'finishOnKey', 'numDigits', 'actionOnEmptyResult'],
    ...['language', 'hints', 'speechTimeout', 'speechModel', 'profanityFilter', 'bargeIn'],
    ...[
      'partialResultCallback',
      'partialResultCallbackMethod',
      'debug',
      'enhanced',
      'maxSpeechTime',
    ],
  ],
  Dial: [
    ...[...HOOK, ...RECORDED, 'timeout', 'callerId', 'timeLimit', 'hangupOnStar', 'answerOnBridge'],
    ...['ringTone', 'sequential', 'referUrl', 'referMethod', 'events'],
  ],
  Number: [...REPORT, 'sendDigits', 'url', 'method', 'byoc', 'machineDetection'],
  Sip: [...REPORT, 'username', 'password', 'url', 'method'],
  Conference: [
    ...[...REPORT, ...RECORDED, 'startConferenceOnEnter', 'endConferenceOnExit', 'muted', 'beep'],
    ...['waitUrl', 'waitMethod', 'maxParticipants', 'participantLabel', 'coach', 'region'],
    ...['jitterBufferSize', 'eventCallbackUrl'],
  ],
  Redirect: ['method'],
  Hangup: [],
  Reject: ['reason'],
  Echo: [],
  Record: [
    ...[...HOOK, ...RECORDED, 'timeout', 'finishOnKey', 'maxLength', 'playBeep', 'transcribe'],
    ...['transcribeCallback'],
  ],
  Connect: HOOK,
  Start: [],
  Stop: [],
  Stream: STREAM,
  Siprec: STREAM,
  Parameter: ['name', 'value'],
};

/** Which elements may stand inside which. Elements of Say are speech markup and pass. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  Gather: ['Say', 'Play', 'Pause'],
  Dial: ['Number', 'Sip', 'Conference'],
  Connect: ['Stream'],
  Start: ['Stream', 'Siprec'],
  Stop: ['Stream', 'Siprec'],
  Stream: ['Parameter'],
  Siprec: ['Parameter'],
};

const NOUNS: readonly string[] = ['Number', 'Sip', 'Conference', 'Stream', 'Siprec', 'Parameter'];

/** What Twilio would warn of, in words; empty for a document it has nothing against. */
export function warningsOf(verbs: readonly Element[]): string[] {
  return verbs.flatMap((verb) =>
    NOUNS.includes(verb.name) ? [`${verb.name} is no verb`] : warningsIn(verb),
  );
}

function warningsIn(element: Element): string[] {
  const { name, children, attributes } = element;
  const known = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (known === undefined) return [`there is no ${name}`];
  const stray = Object.keys(attributes).filter((each) => !known.includes(each));
  const found = stray.map((each) => `${name} has no attribute ${each}`);
  if (name === 'Say') return found;
  const inner = CHILDREN[name] ?? [];
  const wrong = children.filter((child) => !inner.includes(child.name));
  return [
    ...found,
    ...wrong.map((child) => `${child.name} cannot stand in ${name}`),
    ...children.filter((child) => inner.includes(child.name)).flatMap(warningsIn),
  ];
}
