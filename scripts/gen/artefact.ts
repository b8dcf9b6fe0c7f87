import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** A file that is printed from something else. */
export interface Artefact {
  readonly path: string;
  readonly text: string;
}

/** As `npm run format` would leave it, so that the two never disagree. */
export async function formatted({ path, text }: Artefact): Promise<Artefact> {
  const options = await resolveConfig(path);
  return { path, text: await format(text, { ...options, filepath: path }) };
}

/** Whether the file on disk says something else. */
export function isStale({ path, text }: Artefact): boolean {
  return textOf(path) !== text;
}

export function write({ path, text }: Artefact): void {
  writeFileSync(path, text);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
