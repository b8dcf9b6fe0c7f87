import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer, type Place, type Server } from './server.ts';

/** Starts a private, empty Redis that keeps nothing on disk. A `port` lets one come back. */
export async function startRedis(program: string, port?: number): Promise<Server> {
  return startServer({
    name: 'redis',
    program: ({ folder }) => renamed(folder),
    ...(port === undefined ? {} : { port }),
    prepare: ({ folder }) => symlink(program, renamed(folder)),
    args: settings,
    greeting: 'PING\r\n',
  });
}

/** The program decides by its own name whether it is the server or the checking tool. */
function renamed(folder: string): string {
  return join(folder, 'redis-server');
}

function settings({ folder, port }: Place): string[] {
  return [
    ...['--port', String(port)],
    ...['--bind', '127.0.0.1'],
    ...['--save', ''],
    ...['--appendonly', 'no'],
    ...['--dir', folder],
  ];
}
