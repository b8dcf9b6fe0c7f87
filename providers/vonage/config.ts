import type { Capabilities } from '../carrier.ts';

/** How a provider of kind `vonage` is set up. */
export interface VonageConfig {
  /** Where the API is: a region of Vonage's, or an emulator. Left out: Vonage itself. */
  readonly base_url?: string;
  /** Calls a second that the account may make. 3 by default, as Vonage grants. */
  readonly calls_per_s?: number;
  /** Voices by language and gender, such as `en-US/male: 3`: numbers of Vonage's styles. */
  readonly styles?: Readonly<Record<string, number>>;
}

/** JSON Schema of a Vonage provider's `config`. */
export const CONFIG_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    base_url: {
      type: 'string',
      pattern: '^https?://[^/?#\\s]+$',
      description: 'Where the API is: a region, or an emulator. Left out: Vonage itself.',
    },
    calls_per_s: {
      type: 'number',
      minimum: 0.1,
      maximum: 1_000,
      description: 'Calls a second that the account may make. 3 by default.',
    },
    styles: {
      type: 'object',
      maxProperties: 200,
      additionalProperties: { type: 'integer', minimum: 0, maximum: 100 },
      description: 'Voices by language and gender (`en-US/male`): numbers of styles. 0 by default.',
    },
  },
};

const text = (minLength: number, maxLength: number, description: string): object => {
  return { type: 'string', minLength, maxLength, description };
};

/** JSON Schema of a Vonage provider's `credentials`. */
export const CREDENTIALS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['api_key', 'application_id', 'private_key', 'signature_secret'],
  properties: {
    api_key: text(4, 64, 'The account.'),
    api_secret: text(8, 128, 'The secret of the account.'),
    application_id: {
      type: 'string',
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
      description: 'The application that makes the calls.',
    },
    private_key: {
      type: 'string',
      pattern: '^-----BEGIN (?:RSA )?PRIVATE KEY-----',
      maxLength: 10_000,
      description: 'The key of the application, as PEM.',
    },
    signature_secret: text(16, 256, 'Proves notices.'),
  },
};

/**
 * What we do on Vonage. Hold, music and silence would take the leg out of its conversation;
 * recordings cannot be stopped.
 */
export const CAPABILITIES: Capabilities = {
  say: true,
  play: true,
  gather: true,
  send_digits: true,
  echo: false,
  stream_echo: false,
  room: true,
  record: false,
  amd: true,
  hold: false,
  moh: false,
  silence: false,
  mute_in: true,
  mute_out: true,
  external_media: false,
  // A call can show in lists a moment after it was made. Later ones hang up at their answer.
  absence_certain_ms: 4_000,
  incoming: false,
  numbers: false,
  emergency: false,
};
