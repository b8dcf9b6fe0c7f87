import { CONFIG_SCHEMA, FAULTS, SANDBOX_SEEDS } from '../../providers/sandbox/config.ts';
import { refusedAtCreation, storyOf } from '../../providers/sandbox/numbers.ts';

/** One number of each kind; what it does is asked of the code that does it. */
const NUMBERS = [
  '+15005550006',
  '+12125550100',
  '+12125550150',
  '+12125550151',
  '+12125550152',
  '+12125550153',
  '+12125550154',
  '+15005550183',
  '+15005550404',
  '+15005550480',
  '+15005550486',
  '+15005550503',
  '+15005550603',
  '+15005550001',
  '+15005550002',
  '+15005550003',
  '+15005550004',
] as const;

/** docs/sandbox.md: the test numbers, the scripts, the faults and the seeded providers. */
export function sandboxMarkdown(): string {
  const numbers = NUMBERS.map((number) => `| ${number} | ${wordsFor(number)} |`);
  const settings = Object.entries(CONFIG_SCHEMA.properties).map(
    ([name, { description }]) => `| \`${name}\` | ${description} |`,
  );
  const seeds = SANDBOX_SEEDS.map(
    ({ name, detail, price, number }) =>
      `| ${name} | ${detail} | ${price.rate} ${price.currency} | ` +
      `${price.initial_s}/${price.increment_s} | ${number.monthly}, ${number.rate} |`,
  );
  return [
    ...INTRODUCTION,
    '| number | what happens |',
    '| --- | --- |',
    ...numbers,
    '',
    ...SCRIPTS,
    FAULTS.map((fault) => `\`${fault}\``).join(', '),
    '',
    ...SOUND,
    ...INCOMING,
    ...PROVIDERS,
    '| name | what it is | price a minute | first block/increment, s | number: month, minute |',
    '| --- | --- | --- | --- | --- |',
    ...seeds,
    '',
    'A sandbox provider’s `config` may hold:',
    '',
    '| field | what it does |',
    '| --- | --- |',
    ...settings,
    '',
  ].join('\n');
}

function wordsFor(number: string): string {
  const refused = refusedAtCreation(number);
  if (refused !== null) return `refused at creation: \`${refused}\``;
  const { party, final_code, rings_for_ever, talk_ms, dropped } = storyOf(number);
  if (rings_for_ever) return 'rings for ever';
  if (final_code !== null) return `ends with SIP ${final_code}, on every carrier`;
  const who = party === 'human' ? 'answers' : `answers: ${party}`;
  if (talk_ms === null) return `rings for two seconds, ${who}, stays until it is hung up on`;
  const seconds = talk_ms / 1000;
  return `rings for two seconds, ${who}, ${dropped ? 'drops' : 'hangs up'} after ${seconds} s`;
}

const INTRODUCTION = [
  '# The sandbox',
  '',
  'Printed from `providers/sandbox/` by `npm run gen`. Do not edit.',
  '',
  'The sandbox is a carrier without a network behind it. It stands behind the same port as any',
  'other carrier, tells what happens through the same signed notices, keeps a log of what it was',
  'asked to dial (`GET /v1/test/sandbox/dials`), and obeys the test clock',
  '(`POST /v1/test/clock/advance`).',
  '',
  '## Numbers',
  '',
  'Any number answers. `+1 NXX 555 0100` to `0199` are set aside for fiction, in every area code;',
  '`+1 500 555 0XXX` ends with the SIP code XXX (300 to 699).',
  '',
];

const SCRIPTS = [
  '## Scripts',
  '',
  'With a test key, `POST /v1/calls` takes `sandbox`, which says exactly what happens on the',
  'network: `pdd_ms`, `ring_ms`, `answer_ms` (from the dial), `talk_ms` (from the answer),',
  '`final_code`, `dtmf` (keys the callee presses; `w` waits half a second, `W` a whole one),',
  '`voice_hz` and `voice_ms` (how the callee sounds in recordings: a tone, for so long after the',
  'answer; 420 Hz for three seconds where nothing is said), `mos`, `fault`, and `by_provider` with',
  'the same fields for one provider by its name:',
  '',
  '```json',
  '{ "answer_ms": 500, "dtmf": "1", "by_provider": { "sandbox-cheap": { "final_code": 503 } } }',
  '```',
  '',
  'Faults make it misbehave as carriers do:',
];

const SOUND = [
  '## Sound',
  '',
  'What is said and played on a call takes its time, and is heard by recordings: texts as speech',
  'where a voice for the language is there and hummed where none is, files as they are (WAV,',
  'fetched only where a recording hears them; elsewhere a file takes two seconds), keys, music on',
  'hold, and whoever else is in the room. The callee hums; a voicemail greets, a fax whistles,',
  '+1 NXX 555 0152 is silent. The same script gives the same file.',
  '',
];

const INCOMING = [
  '## Calls to your numbers',
  '',
  'The numbers set aside for fiction are for sale: `POST /v1/numbers` buys one at once.',
  '`POST /v1/test/calls/incoming` then has somebody call it: `from` (empty: withheld), `ring_ms`',
  '(how long they let it ring), `talk_ms` (from the answer until they hang up), `dtmf`,',
  '`voice_hz`, `voice_ms`, `verstat`, `attestation`, `diversions`, `fault`. It comes as a signed',
  'notice, and the answer says whether Tandem took it. A call that is placed to a number that a',
  'sandbox provider has in service here rings at its flow; one that goes in circles ends with 482.',
  '',
];

const PROVIDERS = [
  '## Providers',
  '',
  'Three come with a new installation, with default routes in this order:',
  '',
];
