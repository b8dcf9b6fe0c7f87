import { once } from 'node:events';
import { wordsOf } from './arguments.ts';
import { settings } from './settings.ts';
import { serve } from './serve.ts';

/** Serves until SIGTERM or SIGINT; a second one does not wait. */
export async function serveCommand(args: readonly string[]): Promise<number> {
  wordsOf(args, { flags: [], words: 0 });
  const serving = await serve(settings());
  if (serving.new_admin_key !== null) process.stdout.write(welcome(serving.new_admin_key));
  process.stdout.write(
    `Tandem listens on ${serving.url} · interactive docs: ${serving.url}/docs\n`,
  );
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const insist = (): never => process.exit(130);
  process.once('SIGTERM', insist);
  process.once('SIGINT', insist);
  await serving.stop();
  return 0;
}

function welcome(key: string): string {
  return [
    '',
    'Your admin key. It is shown this once and cannot be read again:',
    '',
    `  ${key}`,
    '',
    '',
  ].join('\n');
}
