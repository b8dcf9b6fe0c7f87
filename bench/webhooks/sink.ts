import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A receiver that costs as little as can be: it finds the end of each request and answers 204. Run
 * as a process of its own; tells its port on standard output.
 */
const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');

const server = createServer((socket) => {
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1');
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
      if (rest.length < head + 4 + length) return;
      rest = rest.slice(head + 4 + length);
      socket.write(ANSWER);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on('disconnect', () => process.exit(0));
