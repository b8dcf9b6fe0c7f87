import { migrate } from '../store/knex/open.ts';
import { wordsOf } from './arguments.ts';
import { settings } from './settings.ts';

/** Brings the schema up to date, beside running servers too. */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  wordsOf(args, { flags: [], words: 0 });
  const { database_url, data_dir } = settings();
  const done = await migrate({ database_url, data_dir, exclusive: false });
  for (const name of done) process.stdout.write(`migrated ${name}\n`);
  process.stdout.write(done.length === 0 ? 'the schema is up to date\n' : '');
  return 0;
}
