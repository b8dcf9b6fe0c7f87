/** `node tools/run.mjs PROGRAM.ts ARGS…`: runs PROGRAM on a Node that can run it. */
import { launch } from './launch.mjs';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node tools/run.mjs PROGRAM.ts [ARGS…]');
  process.exit(2);
}
await launch(program, args);
