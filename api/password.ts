import { scrypt } from 'node:crypto';
import type { Chance } from '../kernel/clock.ts';

/** OWASP's password storage advice of 2024 for scrypt: 32 MB and three rounds. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const MEMORY_BYTES_MAX = 64 * 1_048_576;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A password as it is kept: `scrypt$N$r$p$salt$hash`, salt and hash in hexadecimal. */
export async function hashOfPassword(password: string, chance: Chance): Promise<string> {
  const salt = chance.hex(SALT_BYTES);
  const hash = await derived(password.normalize('NFKC'), Buffer.from(salt, 'hex'));
  return ['scrypt', COST.N, COST.r, COST.p, salt, hash.toString('hex')].join('$');
}

function derived(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { ...COST, maxmem: MEMORY_BYTES_MAX }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
