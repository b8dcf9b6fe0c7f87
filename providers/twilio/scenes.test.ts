import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTwiml, warningsOf } from '../../emulators/twilio/twiml.ts';
import type { Instruction } from '../../calls/instruction.ts';
import type { RoomId } from '../../kernel/brand.ts';
import { spotOf, urlOf } from './paths.ts';
import {
  HANG_UP,
  itemDocument,
  itemsOf,
  pickUpDocument,
  rejectDocument,
  restDocument,
  ringDocument,
} from './scenes.ts';
import { partsOf } from '../texts.ts';
import { document, element } from './twiml.ts';
import { voiceOf } from './voices.ts';

const notice_url = 'https://tandem.example/v1/carriers/p1';
const LEG = { notice_url, attempt_id: 'a1', room_id: '' };
const BASE = `${notice_url}/`;

/** A document without its head and our addresses' common part. */
function shown(twiml: string): string {
  return twiml
    .replace(/^<\?xml[^>]*\?>/, '')
    .replaceAll(BASE, '~')
    .replaceAll('&amp;', '&');
}

function documentOf(instruction: Instruction): string {
  const [item] = itemsOf(instruction, { effect_id: 'e1', notice_url }) ?? [];
  return item === undefined ? '' : shown(itemDocument(LEG, item));
}

const SAY: Instruction = { do: 'say', text: 'A < "B" & C', language: 'en-GB', gender: 'male' };
const DONE = '<Redirect method="POST">~done/a1/e1?part=0&last=1</Redirect>';
const KEY = '<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="1"';
const GATHER = `${KEY} action="~cut/a1/e1" method="POST">`;
const BRIAN = '<Say voice="Polly.Brian" language="en-GB">';

/** Every order that takes time, and the document it becomes. */
const STORIES: readonly (readonly [Instruction, string])[] = [
  [SAY, `${GATHER}${BRIAN}A &lt; &quot;B&quot; & C</Say></Gather>${DONE}`],
  [
    { do: 'play', urls: ['https://x.example/a.mp3?b=1&c=2'] },
    `${GATHER}<Play>https://x.example/a.mp3?b=1&c=2</Play></Gather>${DONE}`,
  ],
  [{ do: 'beep' }, `<Play>~beep</Play>${DONE}`],
  [
    { do: 'send_digits', digits: '12#', duration_ms: 100, interval_ms: 100 },
    `<Play digits="w12#"/>${DONE}`,
  ],
  [{ do: 'echo', duration_ms: 1_000 }, `<Echo/>${DONE}`],
];

describe('what Twilio is told to do', () => {
  for (const [instruction, wanted] of STORIES)
    it(instruction.do, () =>
      assert.equal(documentOf(instruction), `<Response>${wanted}</Response>`),
    );

  it('takes no time for orders that have no end', () => {
    const room_id = 'r1' as RoomId;
    for (const instruction of [{ do: 'stop' }, { do: 'answer' }, { do: 'join', room_id }] as const)
      assert.equal(itemsOf(instruction, { effect_id: 'e1', notice_url }), null);
  });

  it('is always a document that Twilio has nothing against', () => {
    const documents = [
      ...STORIES.flatMap(([instruction]) =>
        (itemsOf(instruction, { effect_id: 'e1', notice_url }) ?? []).map((item) =>
          itemDocument({ ...LEG, room_id: 'a & "b"' }, item),
        ),
      ),
      restDocument(LEG, { mark: 'e1@1', count: 3 }),
      restDocument({ ...LEG, room_id: 'a & "b"' }, { mark: 'e1', count: 0 }),
      ringDocument(LEG),
      pickUpDocument(LEG),
      rejectDocument(true),
      HANG_UP,
    ];
    for (const each of documents) {
      const read = parseTwiml(each);
      assert.ok(read.ok, each);
      assert.deepEqual(warningsOf(read.verbs), []);
      assert.ok(each.length <= 4_000);
    }
  });

  it('makes any text safe', () => {
    const nasty = 'a\u0000b\u0008c\ud800d\uffff<&>"\'\u{1F600}]]>';
    const read = parseTwiml(document([element('Say', { voice: nasty }, nasty)]));
    assert.ok(read.ok && read.verbs[0] !== undefined);
    assert.equal(read.verbs[0].text, 'a b c\ufffdd <&>"\'\u{1F600}]]>');
  });

  it('says long texts in parts, at sentences and words, and loses nothing', () => {
    const text = `${'One two three. '.repeat(200)}${'x'.repeat(4_000)}\u{1F600}`;
    const parts = partsOf(text, 1_500);
    assert.ok(parts.every((part) => part.length <= 1_500 && part.isWellFormed()));
    const bare = (each: string) => each.replace(/\s/g, '');
    assert.equal(bare(parts.join('')), bare(text));
    assert.ok(parts[0]?.endsWith('three.'));
    const items = itemsOf({ ...SAY, text }, { effect_id: 'e1', notice_url }) ?? [];
    assert.deepEqual(items.map(({ is_last }) => is_last).filter(Boolean), [true]);
  });

  it('finds a voice for a language and a gender', () => {
    const stories: readonly (readonly [string, string, string | null, string])[] = [
      ['en-US', 'female', 'Polly.Joanna', 'en-US'],
      ['en', 'male', 'Polly.Matthew', 'en-US'],
      ['de_de', 'neutral', 'Polly.Vicki', 'de-DE'],
      ['pt', 'male', 'Polly.Ricardo', 'pt-BR'],
      ['en-NZ', 'male', null, 'en-NZ'],
      ['__proto__', 'male', null, '__proto__'],
    ];
    for (const [language, gender, voice, spoken] of stories)
      assert.deepEqual(voiceOf(language, gender), { voice, language: spoken });
  });

  it('reads its own addresses, and no others', () => {
    const spot = {
      place: 'done',
      attempt_id: 'a/1?',
      effect_id: 'c.2',
      part: 3,
      is_last: false,
    } as const;
    const read = spotOf(urlOf(notice_url, { ...spot, room_id: 'r&1' }).slice(notice_url.length));
    assert.deepEqual(
      [read?.attempt_id, read?.effect_id, read?.part, read?.is_last, read?.room_id],
      ['a/1?', 'c.2', 3, false, 'r&1'],
    );
    for (const path of ['', '/', '/dance/a1', 'answer/a1', '/answer/a/b/c', '/%zz'])
      assert.equal(spotOf(path), null, path);
  });
});
