import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, readConfig, SETTINGS, unknownSettings } from './config.ts';

const KEY = 'ab'.repeat(32);

/** What is set | how it is refused */
const REFUSED: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ PORT: 'abc' }, /^PORT must be a whole number/],
  [{ PORT: '70000' }, /^PORT must be/],
  [{ HOST: 'a b' }, /^HOST must be/],
  [{ DATABASE_URL: 'postgres://x/y' }, /^DATABASE_URL must be mysql/],
  [{ REDIS_URL: 'redis://localhost' }, /^REDIS_URL is for several nodes/],
  [
    { DATABASE_URL: 'mysql://localhost/t', REDIS_URL: 'redis://localhost' },
    /^TANDEM_MASTER_KEY must be set/,
  ],
  [{ PUBLIC_URL: 'https://example.com/' }, /^PUBLIC_URL must be/],
  [{ TANDEM_MASTER_KEY: 'short' }, /^TANDEM_MASTER_KEY must be 32 bytes/],
  [{ TANDEM_BOOTSTRAP_KEY: 'short' }, /^TANDEM_BOOTSTRAP_KEY must be/],
  [{ TANDEM_WEBHOOK_SCHEDULE: '1,x' }, /^TANDEM_WEBHOOK_SCHEDULE must be/],
  [{ TANDEM_WEBHOOK_SCHEDULE: '' }, /^TANDEM_WEBHOOK_SCHEDULE must be/],
  [{ TANDEM_WEBHOOK_ALLOW: '10.0.0.0' }, /^TANDEM_WEBHOOK_ALLOW must be/],
  [{ TANDEM_WEBHOOK_ALLOW: '10.0.0.0/33' }, /^TANDEM_WEBHOOK_ALLOW must be/],
  [{ TANDEM_LOG_LEVEL: 'loud' }, /^TANDEM_LOG_LEVEL must be silent/],
  [{ TANDEM_TEST_CLOCK: 'maybe' }, /^TANDEM_TEST_CLOCK must be on or off/],
];

describe('readConfig', () => {
  for (const [env, words] of REFUSED)
    it(`refuses ${JSON.stringify(env)} in one line`, () => {
      assert.throws(
        () => readConfig(env),
        (error) =>
          error instanceof ConfigError &&
          words.test(error.message) &&
          !error.message.includes('\n'),
      );
    });

  it('reads what is set, and the presets where nothing is', () => {
    const config = readConfig({
      PORT: '9000',
      DATABASE_URL: 'mysql://root@localhost/tandem',
      REDIS_URL: 'redis://localhost:6379',
      TANDEM_MASTER_KEY: KEY,
      TANDEM_WEBHOOK_SCHEDULE: '1, 2,4',
      TANDEM_WEBHOOK_ALLOW: '127.0.0.0/8,::1/128',
    });
    assert.equal(config.public_url, 'http://localhost:9000');
    assert.deepEqual(config.webhook_schedule_s, [1, 2, 4]);
    assert.deepEqual(config.webhook_allow, ['127.0.0.0/8', '::1/128']);
    assert.equal(config.webhook_timeout_ms, 15_000);
    assert.equal(config.test_clock, true);
    assert.ok(Object.isFrozen(config));
  });

  it('never names a secret it refuses', () => {
    const secret = 'not-thirty-two-bytes-of-secret';
    assert.throws(
      () => readConfig({ TANDEM_MASTER_KEY: secret }),
      (error) => error instanceof ConfigError && !error.message.includes(secret),
    );
  });

  it('finds names that look like settings but are none', () => {
    assert.deepEqual(unknownSettings({ TANDEM_TYPO: '1', TANDEM_LOG_LEVEL: 'info', OTHER: '1' }), [
      'TANDEM_TYPO',
    ]);
  });

  it('has presets that pass their own checks', () => {
    for (const { preset, read } of Object.values(SETTINGS))
      if (preset !== null) assert.notEqual(read(preset), undefined);
  });
});
