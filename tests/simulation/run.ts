/**
 * `node tests/simulation/run.ts --seed N` replays one world and tells all about it;
 * `--from N --count M` lives through many and stops at the first that breaks (`--all`: does not).
 */
import { parseArgs } from 'node:util';
import { rfc3339 } from '../../kernel/instant.ts';
import { chronicle, type Outcome, report, simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    call: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});

if (values.seed === undefined) await many(Number(values.from), Number(values.count));
else await one(Number(values.seed));

async function one(seed: number): Promise<void> {
  const outcome = await simulate(seed);
  if (values.call === undefined) tellAll(outcome);
  else console.log(chronicle(outcome.evidence, values.call).join('\n'));
  process.exitCode = outcome.breaches.length === 0 ? 0 : 1;
}

async function many(from: number, count: number): Promise<void> {
  let broken = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await simulate(seed);
    if (outcome.breaches.length === 0) continue;
    broken += 1;
    console.log(report(outcome));
    if (!values.all) break;
  }
  console.log(broken === 0 ? `${count} worlds held` : `${broken} worlds broke`);
  process.exitCode = broken === 0 ? 0 : 1;
}

function tellAll(outcome: Outcome): void {
  const { evidence, breaches } = outcome;
  for (const { at, level, message, fields } of evidence.world.log)
    if (level !== 'debug') console.log(rfc3339(at), level, message, JSON.stringify(fields));
  const { legs, arrivals } = evidence;
  console.log(`${legs.size} calls, ${arrivals.length} requests to customers' servers`);
  console.log(breaches.length === 0 ? `seed ${outcome.seed} holds` : report(outcome));
}
