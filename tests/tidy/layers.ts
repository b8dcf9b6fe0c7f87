/** The architecture as data: docs/ARCHITECTURE.md shows the same table to people. */

export interface Layer {
  /**
   * pure: values only · port: doors, with adapters in sub-folders · shell: does things · free: may
   * import everything.
   */
  readonly kind: 'pure' | 'port' | 'shell' | 'free';
  /** Folders it may import from, itself aside. Of a port folder the doors, not the adapters. */
  readonly imports: readonly string[];
  /** Port folders and adapters whose types it may name. */
  readonly types_of: readonly string[];
  /** The same, as docs/ARCHITECTURE.md says it. */
  readonly says: string;
}

const PURE = ['kernel', 'calls', 'flows', 'groups', 'routing', 'billing', 'media', 'sip'];
const PORTS = ['providers', 'switch', 'speech', 'files', 'store', 'queue', 'webhooks'];

const pure = (...imports: string[]): Layer => ({
  kind: 'pure',
  imports,
  types_of: [],
  says: imports.length === 0 ? 'nothing' : imports.join(', '),
});
const port = (...types_of: string[]): Layer => ({
  kind: 'port',
  imports: PURE,
  types_of,
  says: ['pure folders', ...types_of.map((folder) => `${folder}'s types`)].join(', '),
});
const shell = (imports: readonly string[], says: string): Layer => ({
  kind: 'shell',
  imports,
  types_of: [],
  says,
});
const FREE: Layer = { kind: 'free', imports: [], types_of: [], says: 'everything' };

/** Every folder with TypeScript in it. `.` stands for the files at the top. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  kernel: pure(),
  calls: pure('kernel'),
  flows: pure('kernel', 'calls'),
  // What a route really costs is billing's to say.
  routing: pure('kernel', 'calls', 'billing'),
  groups: pure('kernel', 'calls'),
  billing: pure('kernel', 'calls'),
  media: pure(),
  sip: pure('kernel'),
  // What the sandbox's network remembers, and what is delivered, are rows of the store.
  providers: port('store'),
  webhooks: port('store'),
  switch: port(),
  speech: port(),
  files: port(),
  // The schema is data beside the store, which applies it.
  store: { ...port(), imports: [...PURE, 'migrations'], says: 'pure folders, migrations' },
  queue: port(),
  engine: shell([...PURE, ...PORTS], 'pure folders, ports'),
  api: shell([...PURE, ...PORTS, 'engine'], 'those and engine'),
  console: shell([], 'nothing'),
  // Stand-ins for carriers know no more of us than carriers do.
  emulators: shell(['kernel'], 'kernel'),
  migrations: {
    kind: 'shell',
    imports: ['kernel'],
    types_of: ['store', 'store/knex'],
    says: "store's types",
  },
  '.': FREE,
  cli: FREE,
  tests: FREE,
  bench: FREE,
  scripts: FREE,
};

/** Files that are a port: they promise, and import nothing but types. */
export const PORT_FILES: readonly string[] = [
  'providers/carrier.ts',
  'store/store.ts',
  'store/journal.ts',
  'store/groups.ts',
  'store/rows.ts',
  'store/page.ts',
  'store/books.ts',
  'store/nodes.ts',
  'store/sandbox_log.ts',
  'store/numbers.ts',
  'store/arrivals.ts',
  'queue/queue.ts',
  'webhooks/delivery.ts',
  'webhooks/download.ts',
  'switch/switch.ts',
  'speech/speech.ts',
  'files/files.ts',
];

/** Where each package may be imported. A package that is not listed has no place in the product. */
export const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  express: ['api/'],
  yaml: ['api/'],
  'swagger-ui-dist': ['api/'],
  knex: ['store/knex/', 'migrations/'],
  'better-sqlite3': ['store/knex/'],
  mysql2: ['store/knex/'],
  bullmq: ['queue/bull/'],
  ioredis: ['queue/bull/'],
  undici: ['webhooks/http/'],
  'ipaddr.js': ['webhooks/http/'],
  ajv: ['kernel/schema.ts'],
  'ajv-formats': ['kernel/schema.ts'],
  twilio: ['providers/twilio/'],
  '@vonage/server-sdk': ['providers/vonage/'],
  ws: ['emulators/'],
  saxes: ['emulators/twilio/'],
  pino: ['engine/log.ts'],
  'prom-client': ['engine/metrics.ts'],
};

/** What of Node's own modules always gives the same answer, and so may be used by pure code. */
export const PURE_BUILTINS: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': [
    'hash',
    'createHash',
    'createHmac',
    'createSecretKey',
    'timingSafeEqual',
    'KeyObject',
  ],
  'node:buffer': ['Buffer'],
};

/** Folders that meet the outside, where errors come from, and so may catch. */
export const MAY_TRY_IN: readonly string[] = ['engine', 'emulators'];

/** Outside adapters, those folders and free ones, only these may catch. */
export const MAY_TRY: readonly string[] = [
  'api/server.ts',
  // The border of one request: what an operation throws becomes an answer here.
  'api/serve.ts',
  // Notes that a request was cut short, and throws on.
  'api/idempotency.ts',
  // Turns the language's own refusals (not JSON, no such time zone) into values.
  'kernel/foreign.ts',
];

/** Functions whose number of parameters is not ours to choose. */
export const PARAMS_EXEMPT: readonly string[] = [
  // Express knows an error handler by its four parameters.
  'api/server.ts',
  // The calls of WASI are what WASI says they are.
  'speech/flite/wasi.ts',
];

/** Name parts that say nothing about what a file holds. */
export const EMPTY_WORDS: readonly string[] = [
  ...['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'base', 'impl'],
  ...['manager', 'handler', 'service', 'shared'],
];

export const LIMITS = {
  file_lines: 300,
  line_characters: 100,
  function_lines: 40,
  /** Tests and benches tell stories; a `describe` holds many and counts only against the file. */
  test_function_lines: 60,
  parameters: 3,
  test_parameters: 4,
};

export function layerOf(path: string): Layer | null {
  const folder = folderOf(path);
  return Object.hasOwn(LAYERS, folder) ? (LAYERS[folder] ?? null) : null;
}

/** The top-level folder of a path, `.` for files at the top. */
export function folderOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** `providers/sandbox` for anything in it; null for what is not part of an adapter. */
export function adapterOf(path: string): string | null {
  const [folder = '', name, ...rest] = path.split('/');
  const is_port = layerOf(path)?.kind === 'port';
  return is_port && name !== undefined && rest.length > 0 ? `${folder}/${name}` : null;
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('tests/');
}
