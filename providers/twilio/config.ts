import type { Capabilities } from '../carrier.ts';

/** How a provider of kind `twilio` is set up. */
export interface TwilioConfig {
  /** Where the API is, for emulators; left out: Twilio itself. */
  readonly base_url?: string;
  /** Calls a second that the account may make. 1 by default, as Twilio grants a new account. */
  readonly calls_per_s?: number;
}

/** JSON Schema of a Twilio provider's `config`. */
export const CONFIG_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    base_url: {
      type: 'string',
      pattern: '^https?://[^/?#\\s]+$',
      description: 'Where the API is, for an emulator. Left out: Twilio itself.',
    },
    calls_per_s: {
      type: 'number',
      minimum: 0.1,
      maximum: 1_000,
      description: 'Calls a second that the account may make. 1 by default.',
    },
  },
};

const SID = { type: 'string', pattern: '^AC[0-9a-fA-F]{32}$' };
const KEY = { type: 'string', pattern: '^SK[0-9a-fA-F]{32}$' };

/** JSON Schema of a Twilio provider's `credentials`. The token also proves who sent a notice. */
export const CREDENTIALS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['account_sid', 'auth_token'],
  properties: {
    account_sid: { ...SID, description: 'The account, AC and 32 hexadecimal digits.' },
    auth_token: {
      type: 'string',
      minLength: 8,
      maxLength: 128,
      description: 'Proves notices; and requests, where no API key is given.',
    },
    api_key_sid: { ...KEY, description: 'An API key for requests.' },
    api_key_secret: { type: 'string', minLength: 8, maxLength: 128, description: 'Its secret.' },
  },
  dependentRequired: { api_key_sid: ['api_key_secret'], api_key_secret: ['api_key_sid'] },
};

/**
 * What we do on Twilio. A leg in a conference presses keys that nobody hears; hold and mute exist
 * in conferences only; recordings cannot be ended by a key or by silence.
 */
export const CAPABILITIES: Capabilities = {
  say: true,
  play: true,
  gather: true,
  send_digits: true,
  echo: true,
  stream_echo: false,
  room: true,
  record: false,
  amd: true,
  hold: false,
  moh: false,
  silence: false,
  mute_in: false,
  mute_out: false,
  external_media: false,
  // A call can show in lists a moment after it was made. Later ones hang up at their answer.
  absence_certain_ms: 4_000,
  incoming: true,
  numbers: true,
  emergency: false,
};
