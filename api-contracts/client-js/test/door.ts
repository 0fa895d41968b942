import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** One device's connection, as the door sees it. */
export interface Line {
  frames: { n: number }[][];
  address: string;
  protocol: string;
  say(told: object): void;
  drop(): void;
}

/** A real WebSocket server that speaks the gateway's side of sluice.v1 as the test says. */
export class Door {
  readonly lines: Line[] = [];
  readonly asked: { path: string; authorization: string | undefined }[] = [];
  /** Refuses each connection, and each request to its address, with that. */
  refusal: { status: number; code: string } | undefined;
  isFull = false;
  private readonly http: HttpServer;
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'sluice.v1' });

  /** @param onFrame called for each frame, with its index on its line */
  constructor(private readonly onFrame: (line: Line, index: number, events: { n: number }[]) => void) {
    this.http = createServer((request, response) => {
      this.asked.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization });
      if (request.url === '/v1/tickets') {
        response.end(JSON.stringify({ ticket: `ticket-${this.asked.length}` }));
      } else {
        const told = this.refusal ?? { status: 405, code: 'METHOD_NOT_ALLOWED' };
        response.statusCode = told.status;
        response.end(JSON.stringify({ ...told, detail: 'as the test says' }));
      }
    });
    this.http.on('upgrade', (request, socket, head) => {
      if (this.refusal) {
        socket.end(`HTTP/1.1 ${this.refusal.status} Refused\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      if (this.isFull) {
        socket.end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (device) => this.serve(device, request));
    });
  }

  async listen(port = 0): Promise<string> {
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  private serve(device: WebSocket, request: IncomingMessage) {
    const line: Line = {
      frames: [],
      address: request.url ?? '',
      protocol: device.protocol,
      say: (told) => device.send(JSON.stringify(told)),
      drop: () => device.terminate(),
    };
    this.lines.push(line);
    device.on('message', (data) => {
      const events = JSON.parse(String(data));
      line.frames.push(events);
      this.onFrame(line, line.frames.length - 1, events);
    });
    line.say({ credit: 1 });
  }

  async close() {
    for (const device of this.sockets.clients) {
      device.terminate();
    }
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }
}

/** Stores every event and asks for the next frame. */
export const stores = (line: Line, frame: number, events: object[]) =>
  line.say({ frame, accepted: events.length, rejected: [], credit: 1 });
