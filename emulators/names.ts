import { hash } from 'node:crypto';

/** Makes names that differ, and are the same again for the same seed. */
export class Names {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 32 hexadecimal digits. */
  hex(): string {
    this.#count += 1;
    return hash('sha256', `${this.#seed}/${this.#count}`, 'hex').slice(0, 32);
  }

  /** A UUID of version 4 by its form (RFC 9562 §5.4). */
  uuid(): string {
    const hex = this.hex();
    const tail = `8${hex.slice(17, 20)}-${hex.slice(20)}`;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${tail}`;
  }
}
