import type { Variables } from '../../flows/variables.ts';

/** What stands in place of a secret. */
export const MASK = '***';

/** Words that make a variable's name that of a secret, wherever they stand in it. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['secret', 'password', 'passwd', 'passphrase', 'passcode', 'pwd', 'token', 'apikey'],
  ...['credential', 'credentials', 'auth', 'authorization', 'bearer', 'cookie', 'session'],
  ...['pin', 'otp', 'cvv', 'cvc', 'ssn', 'iban'],
]);
/** Two words that do so together. */
const SECRET_PAIRS: ReadonlySet<string> = new Set([
  ...['api key', 'access key', 'private key', 'signing key', 'card number', 'account number'],
]);

/** Whether a variable is named like a secret: `api_key`, `customer.pinCode`, `X-Auth-Token`. */
export function isSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some(
    (word, place) =>
      SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[place + 1] ?? ''}`),
  );
}

/** Variables with the values of secrets masked; `more` are secrets whatever they are called. */
export function masked(variables: Variables, more: ReadonlySet<string> = new Set()): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      value !== '' && (isSecret(name) || more.has(name)) ? MASK : value,
    ]),
  );
}

/** Characters a secret must have to be looked for in a sentence: shorter ones are everywhere. */
const FOUND_CHARACTERS_MIN = 4;

/** A sentence that may quote values, with those of secrets masked. */
export function scrubbed(
  text: string,
  variables: Variables,
  more: ReadonlySet<string> = new Set(),
): string {
  return Object.entries(variables)
    .filter(
      ([name, value]) => value.length >= FOUND_CHARACTERS_MIN && (isSecret(name) || more.has(name)),
    )
    .reduce((told, [, value]) => told.replaceAll(value, MASK), text);
}
