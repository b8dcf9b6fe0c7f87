import { checkOf, type Problem } from '../../kernel/schema.ts';
import type { Answer } from '../web/server.ts';
import { refused } from './wire.ts';

type Schema = Readonly<Record<string, unknown>>;

const URL_TEXT = { type: 'string', pattern: '^https?://' };
const ONE_URL = { type: 'array', minItems: 1, maxItems: 1, items: URL_TEXT };
const METHOD = { enum: ['GET', 'POST'] };
const LEVEL = { type: 'number', minimum: -1, maximum: 1 };
const LOOP = { type: 'integer', minimum: 0 };
const EVENT = { eventUrl: ONE_URL, eventMethod: METHOD };
const NUMBER = { type: 'string', pattern: '^\\d{7,15}$' };
const AUDIO = { enum: ['audio/l16;rate=8000', 'audio/l16;rate=16000', 'audio/l16;rate=24000'] };
const NAMES = { type: 'array', items: { type: 'string' } };
const BEHAVIOR = { enum: ['continue', 'hangup'] };

function shape(name: string, properties: Schema, required: readonly string[]): Schema {
  const [field = '', value = ''] = name.split('=');
  return {
    type: 'object',
    required: [field, ...required],
    properties: { [field]: { const: value }, ...properties },
  };
}

function oneOf(field: string, members: readonly Schema[]): Schema {
  return {
    type: 'object',
    required: [field],
    discriminator: { propertyName: field },
    oneOf: members,
  };
}

const ENDPOINT = oneOf('type', [
  shape('type=phone', { number: NUMBER, dtmfAnswer: { type: 'string', pattern: '^[0-9*#p]*$' } }, [
    'number',
  ]),
  shape('type=sip', { uri: { type: 'string', pattern: '^sips?:' } }, ['uri']),
  shape('type=websocket', { uri: { type: 'string', pattern: '^wss?://' }, 'content-type': AUDIO }, [
    'uri',
    'content-type',
  ]),
  shape('type=app', { user: { type: 'string' } }, ['user']),
  shape('type=vbc', { extension: { type: 'string' } }, ['extension']),
]);

function detection(beep_timeout: string): Schema {
  return {
    type: 'object',
    properties: {
      behavior: BEHAVIOR,
      mode: { enum: ['default', 'detect', 'detect_beep'] },
      [beep_timeout]: { type: 'integer', minimum: 45, maximum: 120 },
    },
  };
}

/** Every action, with what it must and may carry. What is not listed Vonage lets pass. */
const ACTIONS = [
  shape(
    'action=talk',
    {
      text: { type: 'string', minLength: 1, maxLength: 1_500 },
      level: LEVEL,
      loop: LOOP,
      style: { type: 'integer', minimum: 0 },
      language: { type: 'string' },
      premium: { type: 'boolean' },
      bargeIn: { type: 'boolean' },
    },
    ['text'],
  ),
  shape('action=stream', { streamUrl: ONE_URL, level: LEVEL, loop: LOOP }, ['streamUrl']),
  shape(
    'action=input',
    {
      ...EVENT,
      type: { type: 'array', minItems: 1, items: { enum: ['dtmf', 'speech'] } },
      mode: { enum: ['synchronous', 'asynchronous'] },
      dtmf: {
        type: 'object',
        properties: {
          timeOut: { type: 'number', minimum: 0, maximum: 10 },
          maxDigits: { type: 'integer', minimum: 1, maximum: 20 },
          submitOnHash: { type: 'boolean' },
        },
      },
    },
    ['type'],
  ),
  shape(
    'action=record',
    {
      ...EVENT,
      format: { enum: ['mp3', 'wav', 'ogg'] },
      split: { const: 'conversation' },
      channels: { type: 'integer', minimum: 1, maximum: 32 },
      endOnSilence: { type: 'number', minimum: 3, maximum: 10 },
      endOnKey: { type: 'string', pattern: '^[0-9*#]$' },
      timeOut: { type: 'integer', minimum: 3, maximum: 7_200 },
      beepStart: { type: 'boolean' },
    },
    [],
  ),
  shape(
    'action=conversation',
    {
      ...EVENT,
      name: { type: 'string', minLength: 1 },
      musicOnHoldUrl: ONE_URL,
      startOnEnter: { type: 'boolean' },
      endOnExit: { type: 'boolean' },
      record: { type: 'boolean' },
      canSpeak: NAMES,
      canHear: NAMES,
      mute: { type: 'boolean' },
    },
    ['name'],
  ),
  shape(
    'action=connect',
    {
      ...EVENT,
      endpoint: { type: 'array', minItems: 1, maxItems: 1, items: ENDPOINT },
      from: NUMBER,
      eventType: { const: 'synchronous' },
      timeout: { type: 'integer', minimum: 1 },
      limit: { type: 'integer', minimum: 1, maximum: 7_200 },
      machineDetection: BEHAVIOR,
      advancedMachineDetection: detection('beepTimeout'),
    },
    ['endpoint'],
  ),
  shape('action=notify', { ...EVENT, payload: { type: 'object' } }, ['payload', 'eventUrl']),
  shape('action=wait', { timeout: { type: 'number', minimum: 0.1, maximum: 7_200 } }, []),
  shape('action=transfer', { conversationId: { type: 'string', pattern: '^CON-' } }, [
    'conversationId',
  ]),
];

const NCCO = { type: 'array', minItems: 1, items: oneOf('action', ACTIONS) };

const DIAL_PROPERTIES = {
  to: { type: 'array', minItems: 1, maxItems: 1, items: ENDPOINT },
  from: {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: ['phone', 'sip'] }, number: NUMBER },
  },
  random_from_number: { type: 'boolean' },
  ncco: NCCO,
  answer_url: ONE_URL,
  answer_method: METHOD,
  event_url: ONE_URL,
  event_method: METHOD,
  machine_detection: BEHAVIOR,
  advanced_machine_detection: detection('beep_timeout'),
  length_timer: { type: 'integer', minimum: 1, maximum: 86_400 },
  ringing_timer: { type: 'integer', minimum: 1, maximum: 120 },
};

const TRANSFER = {
  type: 'object',
  required: ['type'],
  properties: { type: { const: 'ncco' }, ncco: NCCO, url: ONE_URL },
  oneOf: [{ required: ['ncco'] }, { required: ['url'] }],
};

const BARE = ['hangup', 'mute', 'unmute', 'earmuff', 'unearmuff'];

/** What each operation takes, by its name. */
const BODIES: Readonly<Record<string, Schema>> = {
  'calls.create': {
    type: 'object',
    required: ['to'],
    properties: DIAL_PROPERTIES,
    oneOf: [{ required: ['ncco'] }, { required: ['answer_url'] }],
  },
  'calls.update': oneOf('action', [
    ...BARE.map((action) => shape(`action=${action}`, {}, [])),
    shape('action=transfer', { destination: TRANSFER }, ['destination']),
  ]),
  'stream.start': {
    type: 'object',
    required: ['stream_url'],
    properties: { stream_url: ONE_URL, loop: LOOP },
  },
  'talk.start': {
    type: 'object',
    required: ['text'],
    properties: { text: { type: 'string', minLength: 1, maxLength: 1_500 }, loop: LOOP },
  },
  'dtmf.send': {
    type: 'object',
    required: ['digits'],
    properties: { digits: { type: 'string', pattern: '^[0-9*#p]+$' } },
  },
  'dtmf.subscribe': {
    type: 'object',
    required: ['event_url'],
    properties: { event_url: ONE_URL },
  },
};

const checks = new Map(Object.entries(BODIES).map(([name, schema]) => [name, checkOf(schema)]));
const checkNcco = checkOf(NCCO);

/** What is wrong with an NCCO; null when it can be performed. */
export function faultOfNcco(value: unknown): Problem | null {
  return checkNcco(value);
}

/** The refusal of a body that does not fit its operation; null when it fits. */
export function faultOfBody(operation: string, body: unknown): Answer | null {
  const problem = checks.get(operation)?.(body) ?? null;
  if (problem === null) return null;
  const name = problem.pointer.slice(1).replaceAll('/', '.');
  return refused(400, 'Bad Request', {
    detail: `${name} ${problem.message}`,
    invalid_parameters: [{ name, reason: problem.message }],
  });
}
