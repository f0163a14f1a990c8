import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port on loopback that nobody listens at, for a program that has to be told one. From below those that a system gives to
 * connections going out: one of these may take a port between now and the program's start, or while it is started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
