// Takes FOLDER PORT CONNECTIONS MESSAGES and a finished message on stdin, gives a line of {seconds, cpu, rss}: what
// nodemailer's pool needs to send it to so many readers. FOLDER is where npm put nodemailer.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, port, connections, messages] = process.argv.slice(2);
const nodemailer = createRequire(`${folder}/resolve.js`)("nodemailer");
const raw = readFileSync(0);
const pool = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  ignoreTLS: true,
});

let next = 0;
async function work() {
  while (next < Number(messages)) {
    const reader = next++;
    const envelope = { from: "post@tide.example", to: [`reader${reader}@readers.example`] };
    await pool.sendMail({ envelope, raw });
  }
}

const cpu = process.cpuUsage();
const started = process.hrtime.bigint();
// Two for each connection, so that none of them ever waits for its next message.
await Promise.all(Array.from({ length: 2 * Number(connections) }, work));
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const used = process.cpuUsage(cpu);
pool.close();
const rss = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, rss }));
