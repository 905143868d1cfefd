import { afterEach, describe, expect, it } from 'vitest';
import type { AgentWorld } from '../support/agent-world.ts';

/** What only opencode does; the fake and the real program are held to the same. */
export function describeOpencode(
  name: string,
  openWorld: () => AgentWorld | Promise<AgentWorld>,
): void {
  describe(`${name}: its own ways`, () => {
    let opened: AgentWorld | null = null;
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    it('tells a usage limit with the time it tries again, and can be interrupted in it', async () => {
      opened = await openWorld();
      const resetAt = Math.ceil(Date.now() / 60_000) * 60_000 + 90 * 60_000;
      await opened.launch({ prompt: `LIMIT: ${resetAt / 1000}` });
      const { fact } = await opened.untilState('limited');
      expect(fact.detail).toContain('usage limit reached');
      // It waits as long as it is told, which a provider says in whole seconds.
      expect(Math.abs((fact.resetAt ?? 0) - resetAt)).toBeLessThan(60_000);
      await opened.watch.interrupt();
      await opened.untilState('ready', (event) => event.fact.detail === 'interrupted');
    });
  });
}
