import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** NIST SP 800-38D §8.2.2: a random IV of 96 bits; far fewer than 2^32 rows are ever sealed. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** What is sealed is bound to its row: moved to another row or customer it no longer opens. */
export function sealedFor(customer_id: string, row_id: string): string {
  return `${customer_id}/${row_id}`;
}

/** wrong_format: not ours · unknown_key: sealed under another · not_authentic: altered or moved. */
export type VaultFault = 'wrong_format' | 'unknown_key' | 'not_authentic';

/** A sealed text that does not open. Never holds the text. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly fault: VaultFault;

  constructor(fault: VaultFault) {
    super(`sealed text does not open: ${fault}`);
    this.fault = fault;
  }
}

/** Keeps secrets at rest: AES-256-GCM under the master key, bound to the row they belong to. */
export interface Vault {
  /** `v1.<key id>.<base64url of iv, ciphertext and tag>`, different each time. */
  seal(plain: string, row: string): string;
  /** Throws VaultError. */
  open(sealed: string, row: string): string;
  /** The same secret under the current key; null when it is under it already. Throws VaultError. */
  rewrap(sealed: string, row: string): string | null;
}

/** Seals under `master_key` (32 bytes); opens what older keys sealed, too. */
export function makeVault(master_key: Buffer, old_keys: readonly Buffer[] = []): Vault {
  const current = keyIdOf(master_key);
  const keys = new Map([...old_keys, master_key].map((key) => [keyIdOf(key), key]));
  const open = (sealed: string, row: string): string => {
    const parts = /^v1\.([0-9a-f]{8})\.([\w-]+)$/.exec(sealed);
    const [, id = '', text = ''] = parts ?? [];
    if (parts === null) throw new VaultError('wrong_format');
    const key = keys.get(id);
    if (key === undefined) throw new VaultError('unknown_key');
    return decrypt(key, Buffer.from(text, 'base64url'), row);
  };
  const seal = (plain: string, row: string): string =>
    `v1.${current}.${encrypt(master_key, plain, row).toString('base64url')}`;
  return {
    seal,
    open,
    rewrap: (sealed, row) => {
      const plain = open(sealed, row);
      return sealed.startsWith(`v1.${current}.`) ? null : seal(plain, row);
    },
  };
}

/** Names a key without telling anything about it. */
function keyIdOf(key: Buffer): string {
  if (key.length !== KEY_BYTES) throw new RangeError('a master key has 32 bytes');
  return createHash('sha256').update('tandem vault key\n').update(key).digest('hex').slice(0, 8);
}

function encrypt(key: Buffer, plain: string, row: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(row));
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, bytes: Buffer, row: string): string {
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new VaultError('wrong_format');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  const text = bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(row)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    throw new VaultError('not_authentic');
  }
}
