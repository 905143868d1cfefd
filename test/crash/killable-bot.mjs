// The bot of the crash matrix: the product as it is built, started as `ao start` starts it, with one listener on the outbox
// and the inboxes that ends this process. The listener is an argument of `bot.start`, so the product itself has no switch for it: neither the CLI nor a
// configuration nor an environment variable can give one. The two variables below are read here only.
//   AO_CRASH_STEPS  file that every step is noted in, for all lives of the bot
//   AO_CRASH_AT     JSON list of steps to die at, each once, e.g. `after chat.post:slack 3`: the third such job is through, and that is not saved yet
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { startOptions } from './start-options.ts';

const { AO_CRASH_STEPS, AO_CRASH_AT, ...env } = process.env;
const [config, dataDir, port] = process.argv.slice(2);
const deaths = new Set(JSON.parse(AO_CRASH_AT ?? '[]'));
/** Names of steps that have been, and for each kind of step the jobs it was seen with: a job that is tried again keeps its number. */
const seen = new Set();
const jobs = new Map();

function nameOf(moment, { type, payload, key, attempts }) {
  const platform = payload?.platform ?? payload?.ref?.platform;
  const kind = `${moment} ${type}${platform === undefined ? '' : `:${platform}`}`;
  // A live card is one job for ever; what differs is how often it was drawn.
  const job = type === 'chat.card' ? `${key} ${attempts} ${Math.random()}` : key;
  return { kind, job };
}

function numberOf(kind, job) {
  const known = jobs.get(kind) ?? [];
  if (!known.includes(job)) known.push(job);
  jobs.set(kind, known);
  return known.indexOf(job) + 1;
}

if (existsSync(AO_CRASH_STEPS)) {
  for (const line of readFileSync(AO_CRASH_STEPS, 'utf8')
    .split('\n')
    .filter((each) => each !== '')) {
    const [name, kind, job] = line.split('\t');
    numberOf(kind, job);
    seen.add(name);
  }
}

function onStep(moment, job) {
  const { kind, job: id } = nameOf(moment, job);
  const name = `${kind} ${numberOf(kind, id)}`;
  if (!seen.has(name)) appendFileSync(AO_CRASH_STEPS, `${name}\t${kind}\t${id}\n`);
  if (!seen.has(name) && deaths.has(name)) process.kill(process.pid, 'SIGKILL');
  seen.add(name);
}

enableCompileCache?.(env.AO_COMPILE_CACHE);
const { bot } = await import(join(import.meta.dirname, '..', '..', 'dist', 'main.js'));
process.exitCode = await bot.start(
  startOptions({ config, dataDir, port: Number(port) }, env, onStep),
);
