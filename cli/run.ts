import { UsageError } from './arguments.ts';
import { ConfigError } from '../config.ts';
import { StoreError } from '../store/store.ts';

/** A command of the `tandem` program. Answers the exit code. */
export interface Command {
  readonly about: string;
  /** Loaded on use: `tandem keys` need not load the server. */
  load(): Promise<(args: readonly string[]) => Promise<number>>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    about: 'run the server (default)',
    load: async () => (await import('./serve_command.ts')).serveCommand,
  },
  demo: {
    about: 'place a call on the sandbox and show everything that happens',
    load: async () => (await import('./demo/demo.ts')).demoCommand,
  },
  'how-to': {
    about: 'run a page of docs/how-to on the sandbox and show what happens: how-to NAME',
    load: async () => (await import('./how_to/how_to.ts')).howToCommand,
  },
  migrate: {
    about: 'bring the database schema up to date',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  keys: {
    about: 'list, create or revoke access keys: keys list | create [--test] [NAME] | revoke ID',
    load: async () => (await import('./keys.ts')).keysCommand,
  },
  emulate: {
    about: 'play a carrier on this machine: emulate twilio|vonage [PORT] [PUBLIC_URL LOCAL_URL]',
    load: async () => (await import('./emulate.ts')).emulateCommand,
  },
  doctor: {
    about: 'check settings, database, queue and books, and say what to mend',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
};

/** Runs `tandem COMMAND …`. What the operator can mend is told in one line, without a stack. */
export async function run([name = 'serve', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return usage(name);
  try {
    return await (
      await command.load()
    )(args);
  } catch (error) {
    if (error instanceof UsageError) return misused(name, error);
    if (!isMendable(error)) throw error;
    process.stderr.write(`tandem ${name}: ${error.message}\n`);
    return 1;
  }
}

/** Settings, the database, and what the system refuses: a port in use, a folder not ours. */
function isMendable(error: unknown): error is Error {
  if (error instanceof ConfigError || error instanceof StoreError) return true;
  return error instanceof Error && 'syscall' in error;
}

function misused(name: string, error: UsageError): number {
  process.stderr.write(`tandem ${name}: ${error.message}\n`);
  return 2;
}

function usage(name: string): number {
  const asked = name === 'help' || name === '--help' || name === '-h';
  const lines = Object.entries(COMMANDS).map(([each, { about }]) => `  ${each.padEnd(9)} ${about}`);
  const text = ['usage: tandem COMMAND', '', ...lines, ''].join('\n');
  if (asked) process.stdout.write(text);
  else process.stderr.write(`there is no command called ${name}\n${text}`);
  return asked ? 0 : 2;
}
