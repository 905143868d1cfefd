/** Serves the built page with sample data for work on its looks: `node test/fakes/web-api-dev.ts <built page> [port] [empty]`. */
import { resolve } from 'node:path';
import { startFakeWebApi } from './web-api.ts';
import { sessionFixtures } from './web-fixtures.ts';
import { fillChat } from './web-scenario.ts';

const [page = 'dist/page', port = '4600', empty] = process.argv.slice(2);
let offset = 0;
const clock = { now: () => Date.now() - offset, after: () => ({ cancel: () => {} }) };
const sessions = empty ? [] : sessionFixtures(Date.now());
const fake = await startFakeWebApi({
  page: resolve(page),
  port: Number(port),
  clock,
  sessions,
  demo: true,
});
await fillChat(fake, sessions, (ago) => {
  offset = ago;
});
process.stdout.write(`${fake.url}\n`);
