import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, wordsOf } from '../arguments.ts';
import { printer } from '../stage/print.ts';
import { openStage } from '../stage/stage.ts';
import { type Page, readPage } from './page.ts';
import { Player } from './player.ts';

const FOLDER = join(import.meta.dirname, '../../docs/how-to');

/** The pages that can be run: those with a request in them. */
export function runnablePages(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length))
    .filter((name) => pageOf(name).steps.length > 0)
    .sort();
}

function pageOf(name: string): Page {
  return readPage(readFileSync(join(FOLDER, `${name}.md`), 'utf8'));
}

/** `tandem how-to NAME` runs a page of docs/how-to on a fresh sandbox and shows what happens. */
export async function howToCommand(args: readonly string[]): Promise<number> {
  const [name] = wordsOf(args, { flags: [], words: 1 });
  if (name === undefined || !/^[\w-]+$/.test(name) || !existsSync(join(FOLDER, `${name}.md`)))
    throw new UsageError(`name a page: ${runnablePages().join(', ')}`);
  const page = pageOf(name);
  const print = printer(process.stdout);
  print.title(page.title);
  const stage = await openStage(print);
  const player = new Player(stage.client, print);
  stage.listen((received) => player.heard(received));
  try {
    await player.play(page);
  } catch (error) {
    print.plain(`\n  This page does not hold: ${error instanceof Error ? error.message : ''}`);
    return 1;
  } finally {
    await stage.close();
  }
  const { webhooks, verified } = player.tally;
  print.plain(
    `\n  ${page.steps.length} steps done; ${webhooks} webhooks came, ${verified} verified`,
  );
  return webhooks === verified ? 0 : 1;
}
