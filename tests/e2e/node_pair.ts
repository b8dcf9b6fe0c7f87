/** Two nodes on one database and one Redis, and clients that ask them in turn. */
import { newServer, scratchFolder, type Settings, type TandemServer } from './tandem_process.ts';

export interface NodePair {
  readonly nodes: readonly [TandemServer, TandemServer];
  /** The next node's URL, each in turn. */
  url(): string;
  /** Ends both, as hard as needed. */
  end(): Promise<void>;
  /** What the lives that are over have said. */
  said(): string;
}

/** Starts both; the first makes the schema. */
export async function startPair(settings: Settings): Promise<NodePair> {
  const own = (): Settings => ({ ...settings, DATA_DIR: scratchFolder() });
  const nodes = [await newServer(own()), await newServer(own())] as const;
  await Promise.all(nodes.map((node) => node.start()));
  let turn = 0;
  return {
    nodes,
    url: () => {
      turn += 1;
      return nodes[turn % 2 === 0 ? 0 : 1].url;
    },
    end: async () => {
      await Promise.all(nodes.map((node) => node.end()));
    },
    said: () => nodes.map((node) => node.said).join('\n'),
  };
}
