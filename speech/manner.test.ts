import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languageOf, LANGUAGES } from '../flows/languages.ts';
import { variantOf, voiceOf } from './espeak/voices.ts';
import { passagesOf } from './passages.ts';

const PLAIN = { rate: 1, pitch_st: 0, volume_db: 0 };

function said(ssml: string) {
  return passagesOf(`<speak>${ssml}</speak>`);
}
function words(ssml: string): string[] {
  return (said(ssml) ?? []).flatMap((each) => ('text' in each ? [each.text] : []));
}

describe('what a text says', () => {
  it('is one passage where it is plain', () => {
    assert.deepEqual(passagesOf(' Tom & Jerry: 1 < 2 '), [
      { ...PLAIN, text: 'Tom & Jerry: 1 < 2' },
    ]);
    assert.deepEqual(passagesOf('   '), []);
  });

  it('is nothing where the SSML is broken', () => {
    assert.equal(passagesOf('<speak>a & b</speak>'), null);
  });

  it('stays whole through tags that change nothing', () => {
    assert.deepEqual(said('One <voice name="Joanna">two</voice> <mark name="x"/>three'), [
      { ...PLAIN, text: 'One two three' },
    ]);
  });

  it('pauses at breaks, sentences and paragraphs', () => {
    const pauses = said(
      '<break/><break time="1.5s"/><break time="20ms"/><break strength="strong"/>' +
        '<break strength="none"/><break time="1h"/><break time="900s"/>',
    );
    assert.deepEqual(
      pauses?.map((each) => ('pause_ms' in each ? each.pause_ms : each)),
      [400, 1_500, 20, 700, 400, 10_000],
    );
    assert.deepEqual(said('<p><s>a</s><s>b</s></p>'), [
      { ...PLAIN, text: 'a' },
      { pause_ms: 250 },
      { ...PLAIN, text: 'b' },
      { pause_ms: 250 },
      { pause_ms: 600 },
    ]);
  });

  it('is said faster, higher and louder, and tags within tags add up', () => {
    assert.deepEqual(said('<prosody rate="fast" pitch="+2st" volume="loud">a</prosody>'), [
      { rate: 1.25, pitch_st: 2, volume_db: 6, text: 'a' },
    ]);
    assert.deepEqual(
      said('<prosody rate="50%"><prosody rate="+20%" volume="-3dB">a</prosody></prosody>'),
      [{ rate: 0.6, pitch_st: 0, volume_db: -3, text: 'a' }],
    );
    assert.deepEqual(said('<prosody rate="2000%" pitch="+99st" volume="+99dB">a</prosody>'), [
      { rate: 3, pitch_st: 12, volume_db: 12, text: 'a' },
    ]);
    assert.deepEqual(said('<prosody rate="quick" pitch="120Hz">a</prosody>'), [
      { ...PLAIN, text: 'a' },
    ]);
    const [strong] = said('<emphasis level="strong">a</emphasis>') ?? [];
    assert.ok(strong !== undefined && 'text' in strong && strong.rate < 1 && strong.volume_db > 0);
  });

  it('is said as what it is', () => {
    assert.deepEqual(words('<say-as interpret-as="characters">ab1</say-as>'), ['A B 1']);
    assert.deepEqual(words('<say-as interpret-as="digits">12-3</say-as>'), ['1 2 3']);
    assert.deepEqual(words('<say-as interpret-as="telephone">+1 (500) 555-0006</say-as>'), [
      '1, 5 0 0, 5 5 5, 0 0 0 6',
    ]);
    assert.deepEqual(words('<say-as interpret-as="cardinal">1,234,567</say-as>'), ['1234567']);
    assert.deepEqual(words('<say-as interpret-as="date" format="mdy">1/2/26</say-as>'), ['1/2/26']);
    assert.deepEqual(words('<sub alias="World Wide Web">WWW</sub>'), ['World Wide Web']);
    assert.deepEqual(words('<say-as interpret-as="expletive">oh</say-as>'), []);
  });

  it('comes to an end however many tags there are', () => {
    assert.equal(said('<break/>a'.repeat(900))?.length, 400);
  });
});

describe('a language', () => {
  it('is found by its tag, whatever its region and case', () => {
    const found = ['en-US', 'de', 'PT-br', 'zh-CN', 'zh-HK', 'zh', 'no-NO', 'iw', 'arb', 'cmn-TW'];
    assert.deepEqual(found.map(languageOf), [
      ...['en', 'de', 'pt', 'cmn', 'yue', 'cmn', 'nb', 'he', 'ar', 'cmn'],
    ]);
    assert.deepEqual(['xx', 'english', '', 'constructor'].map(languageOf), [
      null,
      null,
      null,
      null,
    ]);
    assert.ok(Object.keys(LANGUAGES).length >= 50);
  });

  it('has its own voice in regions that sound different', () => {
    assert.deepEqual(
      ['en-US', 'en-GB', 'en-AU', 'es-MX', 'es-ES', 'fr', 'pt-BR', 'pt', 'zh-TW', 'xx'].map(
        voiceOf,
      ),
      ['en-us', 'en-gb', 'en-gb', 'es-419', 'es', 'fr-fr', 'pt-br', 'pt', 'cmn', null],
    );
    assert.equal(new Set((['male', 'female', 'neutral'] as const).map(variantOf)).size, 3);
  });
});
