/** The questions of `ao init slack` and `ao init discord`, answered at a real terminal of what is shipped. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { APP_TOKEN, BOT_TOKEN, startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { AO, botEnv } from '../support/bot.ts';
import { startOnPty } from '../support/pty-terminal.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** What is typed to wipe `text` out. */
const wiped = (text: string): string => '\u007f'.repeat(text.length);

/** `ao init <chat>` in a fresh folder with a project and an old token. */
function questions(chat: string, env: Readonly<Record<string, string>>) {
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), '# ours\nprojects:\n  app: { path: . }\n');
  writeFileSync(path.join(dataDir, '.env'), `OTHER=1\n${chat.toUpperCase()}_TOKEN=old\n`);
  const own = startOnPty(
    [AO, 'init', chat],
    dataDir,
    botEnv(dataDir, { HOME: dataDir, AO_DATA_DIR: dataDir, ...env }),
  );
  onTestFinished(() => own.kill());
  let seen = 0;
  const shows = async (words: string): Promise<void> => {
    await until(() => own.screen().indexOf(words, seen) !== -1, {
      what: words,
      timeoutMs: 60_000,
    });
    seen = own.screen().indexOf(words, seen) + words.length;
  };
  return {
    shows,
    async asks(question: string, answer: string): Promise<void> {
      await shows(question);
      await own.terminal.write(answer, { submit: true });
    },
    /** What was on the screen when it ended. */
    async ends(): Promise<string> {
      await until(() => own.exited() !== null, { what: 'the end', timeoutMs: 60_000 });
      return own.screen();
    },
    config: (): unknown => parse(readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8')),
    secrets: (): string => readFileSync(path.join(dataDir, '.env'), 'utf8'),
  };
}

test('the questions of ao init slack keep what was said when something was wrong', async () => {
  const fake = await startFakeSlack();
  onTestFinished(() => fake.close());
  const { asks, shows, ends, config, secrets } = questions('slack', { SLACK_API_URL: fake.apiUrl });
  await asks('Bot token', BOT_TOKEN);
  await asks('App token', APP_TOKEN);
  await asks('Channel id', 'C0DEV000');
  await asks('Your member id', 'U0NOBODY');
  await shows('There is nobody with the id U0NOBODY');
  await asks('Bot token', '');
  await asks('App token', '');
  await asks('Channel id', '');
  await asks('Your member id', `${wiped('U0NOBODY')}U0DANA00`);
  const screen = await ends();
  expect(screen).toContain('dana (slack:T024BE7LD:U0DANA00) is an admin of ao.');
  expect(screen).not.toContain(BOT_TOKEN);
  expect(config()).toMatchObject({
    chat: { slack: { channel: 'C0DEV000' } },
    access: { users: { 'slack:T024BE7LD:U0DANA00': ['admin'] } },
  });
  expect(secrets()).toContain(BOT_TOKEN);
}, 240_000);

test('the questions of ao init discord keep what was said when something was wrong', async () => {
  const fake = await startFakeDiscord();
  onTestFinished(async () => {
    await fake.close();
    expect(fake.problems).toEqual([]);
  });
  const { asks, shows, ends, config, secrets } = questions('discord', {
    DISCORD_API_URL: fake.api,
  });
  const nobody = fake.newId();
  await asks('Bot token', fake.token);
  await asks('Server id', fake.guildId);
  await asks('Id of a text or forum channel', fake.text.id);
  await asks('Your user id', nobody);
  await shows('There is nobody with');
  await asks('Bot token', '');
  await asks('Server id', '');
  await asks('Id of a text or forum channel', '');
  await asks('Your user id', `${wiped(nobody)}${fake.people.dana.id}`);
  const screen = await ends();
  expect(screen).toMatch(/is\s+an\s+admin\s+of\s+ao\./);
  expect(screen).not.toContain(fake.token);
  expect(config()).toMatchObject({
    chat: { discord: { guilds: [fake.guildId], channel: fake.text.id } },
    access: { users: { [`discord:${fake.guildId}:${fake.people.dana.id}`]: ['admin'] } },
  });
  expect(secrets()).toContain(fake.token);
}, 240_000);
