import { expect, onTestFinished, test } from 'vitest';
import { createFakeNotifier, type FakeNotifier } from '../../../test/fakes/fake-notifier.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { DAY, LEE, policyWith } from '../../../test/support/session-world.ts';
import { until } from '../../../test/support/until.ts';
import { enqueue } from '../../db/outbox-store.ts';
import type { Priority } from '../../domain/session/policy.ts';
import { rejected, transient } from '../../slots/errors.ts';
import type { NotifierPlugin } from '../../slots/notifier.ts';
import { createOutbox } from '../outbox.ts';
import { type NotifyEffect, notifyEffects } from './notify-effect.ts';

const HOUR = 3_600_000;
/** Time alone brings nothing about here. */
const SILENT = {
  'report-no-acknowledge': { action: 'none' },
  'report-stale': { action: 'none' },
} as const;

/** A session with an open escalation, two notifiers, and an outbox that runs. `quiet`: when the quiet hours end. */
async function world(options: { quiet?: number; hanging?: boolean } = {}) {
  const base = lifecycleWorld({
    policy: policyWith({ stuckThreshold: 9 * DAY, reactions: SILENT }),
  });
  const phone = createFakeNotifier();
  const mail = createFakeNotifier();
  const hanging: NotifierPlugin = { notify: () => new Promise(() => {}), doctor: async () => [] };
  const notifiers: Record<string, NotifierPlugin> = {
    phone: options.hanging ? hanging : phone,
    mail,
  };
  const told: string[] = [];
  const quiet = options.quiet;
  await base.working('app-1');
  const id = sessionId('app-1');
  base.dispatch.input(id, {
    type: 'fact',
    fact: {
      type: 'activity',
      fact: {
        state: 'blocked',
        source: 'hook',
        detail: 'x',
        resetAt: null,
        since: 0,
        at: base.clock.now(),
      },
      lastMessage: null,
    },
  });
  base.dispatch.input(id, {
    type: 'command',
    command: { type: 'acknowledge', key: null },
    by: LEE,
  });
  // What the escalation itself wants is not what is looked at here.
  base.db.$client.exec('DELETE FROM outbox');
  const handlers = notifyEffects({
    db: base.db,
    dispatch: base.dispatch,
    agents: base.agents,
    clock: base.clock,
    logger: base.logger,
    plugins: {
      ...base.plugins,
      notifierNames: (_project, priority) => (priority === 'info' ? [] : ['phone', 'mail']),
      notifier: (name) => notifiers[name] ?? mail,
    },
    installation: 'test',
    agentEnv: () => ({}),
    redact: (text) => text,
    compose: ({ text }, session) => ({
      project: 'app',
      session,
      title: session,
      text,
      next: null,
      url: null,
      pr: null,
    }),
    quietUntil: (_project, now) => (quiet !== undefined && now < quiet ? quiet : null),
    tell: (notifier, { message }) => void told.push(`${notifier}: ${message}`),
  });
  const ignored = { run: async () => ({}), failed() {} };
  const outbox = createOutbox({
    db: base.db,
    together: base.dispatch.together,
    clock: base.clock,
    logger: base.logger,
    handlers: new Proxy(handlers, { get: (table, name: string) => table[name] ?? ignored }),
  });
  outbox.start();
  onTestFinished(() => outbox.stop());
  let n = 0;
  return {
    ...base,
    phone,
    mail,
    told,
    outbox,
    notify(priority: Priority, text = 'something happened', reaction = 'agent-errored') {
      n += 1;
      const effect: NotifyEffect = {
        type: 'notify',
        key: `k${n}`,
        reaction,
        rung: null,
        priority,
        text,
      };
      enqueueEffect(effect);
      outbox.wake();
    },
  };
  function enqueueEffect(effect: NotifyEffect): void {
    enqueue(
      base.db,
      {
        key: `notify:app-1:${effect.key}`,
        lane: 'notify:app-1',
        session: 'app-1',
        type: 'notify',
        payload: effect,
      },
      base.clock.now(),
    );
  }
}
const texts = (notifier: FakeNotifier): readonly string[] =>
  notifier.sent.map((message) => message.text);

test('a message goes to every notifier of its priority, each once', async () => {
  const { notify, phone, mail, outbox } = await world();
  notify('action', 'one');
  notify('info', 'nobody is routed to');
  await outbox.idle();
  expect(texts(phone)).toEqual(['one']);
  expect(texts(mail)).toEqual(['one']);
});

test('a notifier that fails is tried again by itself, and holds up no other', async () => {
  const { notify, phone, mail, clock, outbox, told } = await world();
  phone.failWith = transient('AO_NOTIFIER_BUSY', 'busy');
  notify('warning', 'one');
  notify('warning', 'two');
  await until(() => texts(mail).length === 2);
  expect(texts(phone)).toEqual([]);
  phone.failWith = null;
  clock.pass(60_000);
  await until(() => texts(phone).length === 2);
  await outbox.idle();
  expect(texts(phone)).toEqual(['one', 'two']);
  expect(told).toEqual([]);
});

test('what is refused is told once and not tried again', async () => {
  const { notify, mail, outbox, told } = await world();
  mail.failWith = rejected('AO_NOTIFIER_REFUSED', 'no such mailbox');
  notify('warning', 'one');
  await until(() => told.length > 0);
  await outbox.idle();
  expect(told).toEqual(['mail: no such mailbox']);
});

test('a notifier that hangs is timed out; others and the outbox go on', async () => {
  const { notify, mail, clock, outbox } = await world({ hanging: true });
  notify('urgent', 'one');
  await until(() => texts(mail).length === 1);
  expect(outbox.running()).toBe(1);
  clock.pass(10_000);
  await until(() => outbox.running() === 0);
});

test('given up when it is no news any more', async () => {
  const { notify, mail, clock, told } = await world();
  mail.failWith = transient('AO_NOTIFIER_BUSY', 'down');
  notify('warning', 'one');
  for (let hour = 0; hour < 3 && told.length === 0; hour += 1) {
    for (let n = 0; n < 30; n += 1) {
      clock.pass(HOUR / 30);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await until(() => told.length > 0);
  expect(told[0]).toContain('down');
});

test('quiet hours: urgent goes out, the rest waits for the morning, and what is over by then is dropped', async () => {
  const start = Date.UTC(2026, 2, 3, 9);
  const { notify, phone, clock, outbox } = await world({ quiet: start + 8 * HOUR });
  notify('urgent', 'fire');
  notify('action', 'still open');
  notify('action', 'over by then', 'approved-and-green');
  await until(() => texts(phone).length === 1);
  clock.pass(7 * HOUR);
  await outbox.idle();
  expect(texts(phone)).toEqual(['fire']);
  clock.pass(HOUR);
  await until(() => texts(phone).length === 2);
  await outbox.idle();
  expect(texts(phone)).toEqual(['fire', 'still open']);
});
