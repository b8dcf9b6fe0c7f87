import { createHash } from 'node:crypto';
import { type Files, FilesError } from '../../files/files.ts';

const NAME = /^[A-Za-z0-9][\w-]*(\/[A-Za-z0-9][\w-]*)*(\.[a-z0-9]+)?$/;

function named(name: string): string {
  if (!NAME.test(name)) throw new FilesError(`no file may be called ${JSON.stringify(name)}`);
  return name;
}

/** Files as a map. */
export function memoryFiles(): Files & { readonly all: ReadonlyMap<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    async write(name, pieces) {
      named(name);
      const whole: Uint8Array[] = [];
      for await (const piece of pieces) whole.push(piece);
      const bytes = Buffer.concat(whole);
      all.set(name, bytes);
      return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    async open(name) {
      const bytes = all.get(named(name));
      if (bytes === undefined) return null;
      const read = async function* (span = { first: 0, last: bytes.length - 1 }) {
        yield await Promise.resolve(bytes.subarray(span.first, span.last + 1));
      };
      return { bytes: bytes.length, read };
    },
    async remove(name) {
      all.delete(named(name));
    },
  };
}
