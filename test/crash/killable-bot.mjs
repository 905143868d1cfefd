// The bot of the crash matrix: the product as it is built, started as `ao start` starts it, with one listener on the outbox that
// ends this process. The listener is an argument of `bot.start`, so the product itself has no switch for it: neither the CLI nor a
// configuration nor an environment variable can give one. The two variables below are read here only.
//   AO_CRASH_STEPS  file that every step is noted in
//   AO_CRASH_AT     step at which to die, e.g. `after chat.post:slack 3`: the third time such a job is through, before that is saved
import { appendFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const { AO_CRASH_STEPS, AO_CRASH_AT, ...env } = process.env;
const [config, dataDir, port] = process.argv.slice(2);
const counts = new Map();

function onStep(moment, job) {
  const platform = job.payload?.platform ?? job.payload?.ref?.platform;
  const name = `${moment} ${job.type}${platform === undefined ? '' : `:${platform}`}`;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  if (AO_CRASH_STEPS !== undefined) appendFileSync(AO_CRASH_STEPS, `${name} ${count}\n`);
  if (AO_CRASH_AT === `${name} ${count}`) process.kill(process.pid, 'SIGKILL');
}

enableCompileCache?.(env.AO_COMPILE_CACHE);
const { bot } = await import(join(import.meta.dirname, '..', '..', 'dist', 'main.js'));
process.exitCode = await bot.start({ target: null, config, dataDir, host: null, port: Number(port), cwd: join(dataDir, '..'), env, onStep });
