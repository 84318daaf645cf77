// Takes lines of {source, level, rounds} on stdin, gives a line of {bytes, errors, ms} for each: npm's mjml, kept warm.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { performance } from "node:perf_hooks";

const require = createRequire(`${process.argv[2]}/resolve.js`);
const loaded = require("mjml");
const mjml2html = loaded.default ?? loaded;

for await (const line of createInterface({ input: process.stdin })) {
  const { source, level, rounds } = JSON.parse(line);
  const options = { validationLevel: level, fonts: {} };
  const ms = [];
  let bytes = 0;
  let errors = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      const { html } = await mjml2html(source, options);
      ms.push(performance.now() - started);
      bytes = Buffer.byteLength(html);
    }
  } catch (error) {
    errors = (error.errors ?? [error]).map((one) => `line ${one.line ?? "?"}: ${one.message ?? one}`);
  }
  process.stdout.write(JSON.stringify({ bytes, errors, ms }) + "\n");
}
