import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redactDeep } from '../../src/lib/redact.ts';
import type { Notification, NotifierPlugin } from '../../src/slots/notifier.ts';
import { ALL_TOKENS, plantedRedact } from '../support/outgoing/seeds.ts';
import { layersOf, leakIn } from '../support/seeded-secrets.ts';

export interface NotifierWorld {
  readonly notifier: NotifierPlugin;
  /** What arrived at the other end, one text per message. */
  arrived(): Promise<readonly string[]> | readonly string[];
  close(): Promise<void> | void;
}

/** What every notifier is given in tests. */
export const MESSAGE: Notification = {
  project: 'app',
  session: 'app-7',
  title: 'Approve the merge',
  text: 'Everything is green.',
  next: 'Look at the diff, then press the button.',
  url: 'http://127.0.0.1:3000/s/app-7',
  pr: { number: 3, title: 'Fix the login', url: 'http://127.0.0.1:3001/pull/3' },
};

/** What every notifier must do. */
export function notifierContract(
  name: string,
  open: () => Promise<NotifierWorld> | NotifierWorld,
): void {
  describe(`notifier contract: ${name}`, () => {
    let world: NotifierWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('delivers title, what happened, what to do, project, session, its page and the pull request', async () => {
      await world.notifier.notify(MESSAGE, { priority: 'action', key: 'k1' });
      const [text = ''] = await world.arrived();
      const parts = [
        'Approve the merge',
        'Everything is green.',
        'Look at the diff',
        'app',
        'app-7',
        'http://127.0.0.1:3000/s/app-7',
        'http://127.0.0.1:3001/pull/3',
      ];
      for (const part of parts) expect(text).toContain(part);
    });

    it('delivers one message per key, and each key', async () => {
      await world.notifier.notify(MESSAGE, { priority: 'info', key: 'k1' });
      await world.notifier.notify(MESSAGE, { priority: 'info', key: 'k1' });
      await world.notifier.notify(MESSAGE, { priority: 'urgent', key: 'k2' });
      expect(await world.arrived()).toHaveLength(2);
    });

    it('takes messages without session and link, and text that tries to be more', async () => {
      await world.notifier.notify(
        {
          ...MESSAGE,
          session: null,
          url: null,
          next: null,
          pr: null,
          text: 'a\u001b[2J\u0007b\r\nc',
        },
        { priority: 'warning', key: 'k3' },
      );
      const arrived = await world.arrived();
      expect(arrived).toHaveLength(1);
      expect(arrived[0]).not.toContain('\u001b');
      expect(arrived[0]).not.toContain('\u0007');
    });

    it('shows nothing of a secret that was masked, in whatever form it writes', async () => {
      const { text: planted, secrets } = ALL_TOKENS;
      const message = { ...MESSAGE, title: planted, text: planted, next: planted };
      const safe = redactDeep(message, plantedRedact());
      await world.notifier.notify(safe, { priority: 'action', key: 'k4' });
      const [text = ''] = await world.arrived();
      expect(text).toContain('redacted');
      const layers = layersOf(text);
      expect(secrets.filter((secret) => leakIn(layers, secret) !== null)).toEqual([]);
    });

    it('answers the doctor', async () => {
      expect((await world.notifier.doctor()).length).toBeGreaterThan(0);
    });
  });
}
