// A consumer of a topic with the Schema Registry client of KafkaJS, and avsc: node registry.js URL SUBJECT <values, one a line, base64
//
// Prints each value as it was written, and as who reads with the subject's latest schema has it; and what the client is told of
// what there is not.
"use strict";

const { SchemaRegistry, SchemaType } = require("@kafkajs/confluent-schema-registry");
const { readFileSync } = require("node:fs");

const [url, subject] = process.argv.slice(2);
const values = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => Buffer.from(line, "base64"));

const refusal = (promise) => promise.then(() => null, (error) => ({ message: error.message, status: error.status }));

async function main() {
  const registry = new SchemaRegistry({ host: url }, { [SchemaType.AVRO]: { registerLogicalTypes: false } });
  const id = await registry.getLatestSchemaId(subject);
  const readerSchema = (await registry.getSchema(id)).schema({ exportAttrs: true });
  const written = [];
  const read = [];
  for (const value of values) {
    written.push(await registry.decode(value));
    read.push(await registry.decode(value, { [SchemaType.AVRO]: { readerSchema } }));
  }
  return {
    id,
    written,
    read,
    unknownId: await refusal(registry.getSchema(999999999)),
    unknownSubject: await refusal(registry.getLatestSchemaId("stream.nothing-value")),
  };
}

main().then((found) => console.log(JSON.stringify(found)));
