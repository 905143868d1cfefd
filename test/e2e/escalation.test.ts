import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subject } from '../../src/domain/session/ids.ts';
import { type HttpInbox, httpInbox } from '../fakes/http-inbox.ts';
import { sees, type Team } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

const QUESTION = 'How should the parts be joined?';

interface Posted {
  readonly priority: string;
  readonly session: string;
  readonly project: string;
  readonly title: string;
  readonly text: string;
  readonly next: string | null;
  readonly url: string | null;
}

describe('nobody answers a question', () => {
  let team: Team;
  let ops: HttpInbox;
  beforeEach(async () => {
    ops = await httpInbox();
  });
  afterEach(async () => {
    await team.close();
    await ops.close();
  });

  const told = (): readonly Posted[] =>
    ops.taken.map((posted) => JSON.parse(posted.body) as Posted);
  const open = async (ackTimeout: number): Promise<void> => {
    team = await webTeam({
      more: {
        lifecycle: { ackTimeout },
        notifiers: {
          ops: { plugin: 'webhook', url: ops.url, secret: 'a-secret-of-the-tests' },
          // Nobody listens there: it must hold up nothing.
          dead: { plugin: 'webhook', url: 'http://127.0.0.1:1/' },
        },
        notificationRouting: { urgent: ['dead', 'ops'] },
      },
    });
    await team.types('/ao spawn 2');
    await sees(team, QUESTION);
  };

  it('thread, channel, notifiers; taken with a command, it is left alone', async () => {
    await open(500);
    await until(
      () => told().filter((message) => message.text.includes('nobody has taken')).length === 2,
      {
        what: 'the notifier of both later rungs',
        timeoutMs: 30_000,
      },
    );
    expect((await team.channel()).filter((message) => message.text.includes(QUESTION))).not.toEqual(
      [],
    );
    for (const message of told()) {
      expect(message).toMatchObject({
        priority: 'urgent',
        project: 'sample',
        session: 'sample-1',
        next: expect.stringContaining('ao answer sample-1'),
      });
      expect(message.title).toContain('asks you');
      expect(message.url).toContain('sample-1');
    }
    expect(await team.types('/ao ack sample-1')).toContain('You take care of sample-1.');
    await sees(team, 'takes care of it.');
    expect(await team.types('/ao ack sample-1')).toContain('took it already');
  }, 90_000);

  it('snoozed for a while it leaves the inbox; handed over, it is in the inbox of the other person and asked anew', async () => {
    await open(600_000);
    expect(await team.types('/ao inbox')).toContain('1 thing needs you');
    expect(await team.types('/ao snooze sample-1 2h')).toContain('asks again in 2 h');
    expect(await team.types('/ao snooze sample-1 never')).toContain('For how long?');
    expect(await team.types('/ao inbox')).toBe('Nothing needs you now.');
    const { commands, admin } = team.bot.app();
    const lee = { subject: subject('slack:T1:ULEE'), name: 'lee', via: 'slack' } as const;
    expect((await commands.handOver(admin, 'sample-1', lee)).ok).toBe(true);
    await sees(team, 'handed it over to @lee');
    expect(commands.inbox(admin, true)).toMatchObject({
      value: [{ kind: 'question', owner: { subject: lee.subject } }],
    });
    expect(await team.types('/ao inbox')).toBe('Nothing needs you now.');
    expect(await team.types('/ao inbox --all')).toContain('1 thing needs you');
    expect(told().at(-1)?.text).toContain('handed it over');
  }, 90_000);
});
