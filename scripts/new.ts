/** `npm run new action NAME`: writes the skeleton of an action, to be filled in. */
import { existsSync, writeFileSync } from 'node:fs';

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

const schema = (name: string): object => ({
  title: name,
  description: 'Says what the action does, in one sentence.',
  type: 'object',
  additionalProperties: false,
  required: ['duration'],
  properties: {
    duration: {
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      description: 'Says what the option means, with its unit: milliseconds.',
    },
  },
  examples: [{ duration: 1000 }],
});

const source = (name: string): string => `import type { ActionKind } from '../action.ts';

interface Option {
  readonly duration: number;
}

/** Says what the action does, and when it is over. */
export const ${name}: ActionKind<Option> = {
  type: '${name}',
  needs: [],
  waits: true,
  begin: ({ duration }) => ({ next: 'wait', wake_after_ms: duration }),
  react: (_option, _scene, { type }) => ({ next: type === 'timer_fired' ? 'onward' : 'wait' }),
};
`;

const [kind, name = ''] = process.argv.slice(2);
const path = `flows/actions/${name}`;
const wrong = problemWith();
if (wrong !== null) {
  console.error(wrong);
  process.exitCode = 1;
} else {
  writeFileSync(`${path}.ts`, source(name), { flag: 'wx' });
  writeFileSync(`${path}.schema.json`, `${JSON.stringify(schema(name), null, 2)}\n`, {
    flag: 'wx',
  });
  console.log(`wrote ${path}.ts and ${path}.schema.json; fill them in, then: npm run gen`);
}

function problemWith(): string | null {
  if (kind !== 'action') return 'usage: npm run new action NAME';
  if (!NAME.test(name)) return 'a name is lower case words joined by _, such as digits_receive';
  return existsSync(`${path}.ts`) ? `there is an action ${name} already` : null;
}
