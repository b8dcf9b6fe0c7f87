import { run } from './cli/run.ts';

// Whatever a command left open must not keep the process: it has said that it is done.
process.exit(await run(process.argv.slice(2)));
