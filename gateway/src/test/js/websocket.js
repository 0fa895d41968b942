// A device on ws: node websocket.js URL <frames, one a line
//
// Speaks sluice.v1: sends every frame, never more than it was told that it may, and closes when all are acked.
// Prints what it was told as one JSON object.
"use strict";

const { WebSocket } = require("ws");
const { readFileSync } = require("node:fs");

const frames = readFileSync(0, "utf8").split("\n").filter(Boolean);
const socket = new WebSocket(process.argv[2], ["nosuch.v9", "sluice.v1"]);
const acks = [];
let credit = 0;
let sent = 0;
let most = 0;

function send() {
  for (; credit > 0 && sent < frames.length; credit--, sent++) {
    // Text and binary by turns, and every third in two parts.
    const binary = sent % 2 === 1;
    const bytes = Buffer.from(frames[sent]);
    if (sent % 3 === 0) {
      socket.send(bytes.subarray(0, 1), { binary, fin: false });
      socket.send(bytes.subarray(1), { binary, fin: true });
    } else {
      socket.send(bytes, { binary });
    }
  }
}

socket.on("message", (data) => {
  const message = JSON.parse(data);
  credit += message.credit ?? 0;
  most = Math.max(most, credit);
  if ("frame" in message) {
    acks.push(message);
  }
  if (acks.length === frames.length) {
    socket.close(1000, "done");
  } else {
    send();
  }
});
socket.on("close", (code, reason) => {
  console.log(JSON.stringify({ protocol: socket.protocol, acks, most, code, reason: String(reason) }));
});
socket.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
