// A browser's EventSource: node subscriber.js URL EVENT COUNT
//
// Listens until the event has come so many times, or until EventSource gives up. Prints one JSON object:
// opened (ms after the start, each time), events ({type, data, lastEventId, origin}) and gaveUp (the status
// for which it did, if it did).
"use strict";

const { EventSource } = require("eventsource");

const [url, last, count] = process.argv.slice(2);
const begin = Date.now();
const opened = [];
const events = [];
const source = new EventSource(url);

function done(gaveUp) {
  source.close();
  console.log(JSON.stringify({ opened, events, gaveUp }));
}

function heard(event) {
  const { type, data, lastEventId, origin } = event;
  events.push({ type, data: JSON.parse(data), lastEventId, origin });
  if (events.filter((one) => one.type === last).length === Number(count)) {
    done();
  }
}

source.onopen = () => opened.push(Date.now() - begin);
for (const type of ["message", "row", "update", "watermark", "gap", "end"]) {
  source.addEventListener(type, heard);
}
// What a server sends as "error" has data; EventSource's own has none.
source.addEventListener("error", (event) => {
  if (event.data !== undefined) {
    heard(event);
  } else if (source.readyState === EventSource.CLOSED) {
    done(event.code);
  }
});
