import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, with all that is under way on it, and mended. */
export class Breakable {
  private readonly sockets = new Set<Socket>();
  private cutOff = false;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<Breakable> {
    const { hostname, port } = new URL(target);
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
    const way = new Breakable(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (near) => {
      if (way.cutOff) {
        near.resetAndDestroy();
        return;
      }
      const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        way.sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          way.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    return way;
  }

  cut() {
    this.cutOff = true;
    for (const socket of this.sockets) {
      socket.resetAndDestroy();
    }
  }

  mend() {
    this.cutOff = false;
  }

  close() {
    this.cut();
    this.server.close();
  }
}
