import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot-world.ts';
import { until } from '../support/until.ts';

describe('what starts by itself', () => {
  let bot: BotWorld;
  afterEach(() => bot.close());
  const sessions = () => bot.app().reader.sessions({ all: true });

  it('an issue with the label, once, also over a restart', async () => {
    bot = await botWorld({ project: { trigger: { interval: 200 }, owners: ['web:local'] } });
    const file = join(bot.repo.path, '.ao', 'issues', '9-nightly.md');
    writeFileSync(
      file,
      '---\ntitle: Say hello\nstate: open\nlabels: [ao]\n---\n\nWrite a greeting.\n',
    );
    await bot.start();
    await until(() => sessions().length === 1, {
      what: 'the session of the issue',
      timeoutMs: 30_000,
    });
    expect(sessions()[0]).toMatchObject({
      issue: '#9',
      startedBy: { name: 'the label ao' },
      owner: { subject: 'web:local' },
    });
    await bot.stop();
    await bot.start();
    writeFileSync(
      join(bot.repo.path, '.ao', 'issues', '10-more.md'),
      '---\ntitle: Say goodbye\nstate: open\nlabels: [ao]\n---\n\nWrite another.\n',
    );
    await until(() => sessions().length > 1, {
      what: 'the session of the second issue',
      timeoutMs: 30_000,
    });
    expect(
      sessions()
        .map((session) => session.issue)
        .toSorted(),
    ).toEqual(['#10', '#9']);
  }, 90_000);

  it('a schedule, once while its session runs, and beyond the limit it waits visibly', async () => {
    bot = await botWorld({
      project: { trigger: { enabled: false } },
      more: {
        limits: { maxSessions: 1, memory: { perSession: 0 } },
        schedules: [
          {
            name: 'first',
            cron: '* * * * * *',
            project: 'sample',
            prompt: 'How should the parts be joined?',
          },
          { name: 'second', cron: '* * * * * *', project: 'sample', prompt: 'Tidy up' },
        ],
      },
    });
    await bot.start();
    await until(() => sessions().length === 2, {
      what: 'a session of each schedule',
      timeoutMs: 30_000,
    });
    const waiting = await until(() => sessions().find((session) => session.queue !== null), {
      what: 'the one that waits',
    });
    expect(waiting.queue).toEqual({ position: 1, reason: '1 of 1 sessions are running' });
    expect(
      sessions()
        .map((session) => session.startedBy.name)
        .toSorted(),
    ).toEqual(['the schedule "first"', 'the schedule "second"']);
    await until(() => bot.logged.some((line) => line.message.includes('was skipped')), {
      what: 'the next slot to be skipped',
      timeoutMs: 30_000,
    });
    expect(sessions()).toHaveLength(2);
  }, 90_000);
});
