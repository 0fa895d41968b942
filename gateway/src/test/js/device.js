// A device on rsocket-js: node device.js tcp|websocket PORT STREAM <frames, one a line
//
// Sends every frame on one channel, never more than it was asked for, then the first one as a request with a
// response, then to a stream that there is not. Prints what it was answered as one JSON object.
"use strict";

const { RSocketConnector } = require("rsocket-core");
const { TcpClientTransport } = require("rsocket-tcp-client");
const { WebsocketClientTransport } = require("rsocket-websocket-client");
const {
  encodeCompositeMetadata,
  encodeRoute,
  WellKnownMimeType,
} = require("rsocket-composite-metadata");
const { WebSocket } = require("ws");
const { readFileSync } = require("node:fs");

const [transport, port, stream] = process.argv.slice(2);
const frames = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => Buffer.from(line));

const transports = {
  tcp: () => new TcpClientTransport({ connectionOptions: { host: "127.0.0.1", port: Number(port) } }),
  websocket: () =>
    new WebsocketClientTransport({
      url: `ws://127.0.0.1:${port}/rsocket`,
      wsCreator: (url) => new WebSocket(url),
    }),
};

function metadata(name) {
  const route = encodeRoute(`streams.${name}.events`);
  return encodeCompositeMetadata([[WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, route]]);
}

const refusal = (error) => ({ code: error.code, problem: JSON.parse(error.message) });

function response(rsocket, name) {
  return new Promise((resolve) => {
    rsocket.requestResponse(
      { data: frames[0], metadata: metadata(name) },
      {
        onNext: (payload) => resolve(JSON.parse(payload.data)),
        onError: (error) => resolve(refusal(error)),
        onComplete: () => {},
        onExtension: () => {},
      },
    );
  });
}

function channel(rsocket, name) {
  return new Promise((resolve) => {
    const acks = [];
    let sent = 1;
    let asked = 0;
    const send = () => {
      for (; asked > 0 && sent < frames.length; asked--, sent++) {
        requester.onNext({ data: frames[sent] }, sent === frames.length - 1);
      }
    };
    // Two acks may be unread: the rest is asked for one by one.
    const requester = rsocket.requestChannel(
      { data: frames[0], metadata: metadata(name) },
      2,
      frames.length === 1,
      {
        onNext: (payload, isLast) => {
          acks.push(JSON.parse(payload.data));
          if (isLast) {
            resolve(acks);
          } else {
            requester.request(1);
          }
        },
        onError: (error) => resolve(refusal(error)),
        onComplete: () => resolve(acks),
        onExtension: () => {},
        request: (n) => {
          asked += n;
          send();
        },
        cancel: () => {},
      },
    );
  });
}

async function main() {
  const connector = new RSocketConnector({
    setup: {
      dataMimeType: "application/json",
      metadataMimeType: WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.string,
    },
    transport: transports[transport](),
  });
  const rsocket = await connector.connect();
  const answers = {
    channel: await channel(rsocket, stream),
    response: await response(rsocket, stream),
    unknownChannel: await channel(rsocket, `${stream}_not`),
    unknownResponse: await response(rsocket, `${stream}_not`),
  };
  console.log(JSON.stringify(answers));
  rsocket.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
