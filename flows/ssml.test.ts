import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import { escaped, isSsml, readSsml } from './ssml.ts';

function rootOf(text: string) {
  const reading = readSsml(text);
  assert.ok(reading.ok, 'fault' in reading ? reading.fault : '');
  return reading.root;
}

describe('SSML', () => {
  it('is told from plain text', () => {
    for (const text of [
      '<speak>a</speak>',
      ' <speak version="1.1"/>',
      '<?xml version="1.0"?><speak>',
    ])
      assert.ok(isSsml(text), text);
    for (const text of ['Say <speak> aloud', '1 < 2', '<speakers>', '', 'a & b'])
      assert.ok(!isSsml(text), text);
  });

  it('is read with its tags, attributes and entities', () => {
    const root = rootOf(`<?xml version="1.0"?>
      <speak xml:lang='en-US'>Fish &amp; chips<!-- not said --><break time="1s"/>
      <say-as interpret-as="digits">12</say-as>&#x20AC;&#33;<![CDATA[<b>]]></speak>`);
    assert.deepEqual(root.attributes, { 'xml:lang': 'en-US' });
    assert.deepEqual(
      root.children.map((node) => (typeof node === 'string' ? node.trim() : node)),
      [
        'Fish & chips',
        { tag: 'break', attributes: { time: '1s' }, children: [] },
        '',
        { tag: 'say-as', attributes: { 'interpret-as': 'digits' }, children: ['12'] },
        '€!<b>',
      ],
    );
  });

  const FAULTS: readonly (readonly [string, RegExp])[] = [
    ['<speak>', /does not close <speak>/],
    ['<speak><p>a</speak>', /has <\/speak> where <\/p> should be \(at character/],
    ['<speak>a & b</speak>', /& that begins no entity/],
    ['<speak>&nbsp;</speak>', /& that begins no entity/],
    ['<speak>&#0;&#xd800;</speak>', /& that begins no entity/],
    ['<speak>1 < 2</speak>', /< that begins no tag/],
    ['<speak><break time=1s/></speak>', /does not end the tag <break>/],
    ['<speak><break time="1s" time="2s"/></speak>', /has time twice/],
    ['<speak>a</speak> b', /outside <speak>|behind <\/speak>/],
    ['<speak>a</speak><speak>b</speak>', /behind <\/speak>/],
    ['<speak><!-- </speak>', /does not close <!--/],
    ['<!DOCTYPE x [<!ENTITY a "b">]><speak>a</speak>', /must begin with <speak>/],
    ['<voice>a</voice>', /must begin with <speak>/],
    ['', /must begin with <speak>/],
    [`<speak>${'<p>'.repeat(40)}`, /more than 32 tags deep/],
    [`<speak>${'<break/>'.repeat(1_001)}</speak>`, /more than 1000 tags/],
  ];
  for (const [text, fault] of FAULTS)
    it(`is refused: ${text.slice(0, 40)}`, () => {
      const reading = readSsml(text);
      assert.ok(!reading.ok);
      assert.match(reading.fault, /^is not well-formed SSML: it /);
      assert.match(reading.fault, fault);
    });

  it('takes any value that was escaped', () => {
    const value = `<b attr="1">O'Brien & "sons"</b>`;
    assert.deepEqual(rootOf(`<speak>${escaped(value)}</speak>`).children, [value]);
    const sub = rootOf(`<speak><sub alias="${escaped(value)}">x</sub></speak>`).children[0];
    assert.equal(typeof sub === 'object' ? sub.attributes['alias'] : '', value);
  });

  it('is read in reasonable time, whatever it is', () => {
    const roll = rollerOf(3);
    const parts = ['<', '>', '</p>', '<p>', '<speak>', '"', ' a="b"', '&', '&amp;', '<!--', ']]>'];
    for (let round = 0; round < 2_000; round += 1)
      readSsml(Array.from({ length: 40 }, () => parts[roll(parts.length)]).join(''));
    for (const part of [' ', '<', '&', '<p a="', '<!--', "<p a='1'  "])
      readSsml(`<speak>${part.repeat(5_000)}`);
  });
});
