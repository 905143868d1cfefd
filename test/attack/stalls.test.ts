import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOK_COUNTS } from '../../src/git/stalling.ts';
import { PluginError } from '../../src/slots/errors.ts';
import { until } from '../support/until.ts';
import { type AttackWorld, attackWorld, SECRET } from './attack-world.ts';
import { codeOf, DEEDS, isRefused } from './deeds.ts';
import { isUntouched, outsideOf, STALLS } from './stalls.ts';

/** All with `npm run test:attack`, the fast ones with `npm test`. */
const stalls = STALLS.filter((stall) => process.env.AO_ATTACK === 'all' || stall.fast);
/** Under this, ms, nothing was waited for: git's own limits are 30 s and more. */
const PROMPT = 20_000;

let world: AttackWorld;
afterEach(() => world.close());

describe('what an agent puts in the way of git is not waited for, and leads nowhere', () => {
  it.each(stalls)(
    '$name',
    async (stall) => {
      world = await attackWorld();
      stall.plant(world);
      // A look of just before counts that long; git's own time limit ends what is planted behind it.
      const planted = performance.now();
      await until(() => performance.now() - planted > LOOK_COUNTS, { what: 'a new look' });
      if (stall.seenLater === true)
        await until(
          () =>
            world.workspace.list(world.repo.path).then(
              () => false,
              () => true,
            ),
          {
            what: 'ao to look at single objects',
            timeoutMs: 20_000,
          },
        );
      for (const deed of DEEDS) {
        const began = performance.now();
        const answer = await deed.run(world).catch((error: unknown) => error);
        expect(performance.now() - began, `${deed.name} waited`).toBeLessThan(PROMPT);
        const code = answer instanceof Error ? codeOf(answer) : null;
        if (isRefused(stall, deed)) {
          expect(answer, deed.name).toBeInstanceOf(PluginError);
          expect(code, deed.name).toBe('AO_GIT_TAMPERED');
        } else expect(code, deed.name).toBe(stall.refusals?.[deed.name] ?? null);
        expect(JSON.stringify(answer) ?? '', deed.name).not.toContain(SECRET);
        expect(isUntouched(world), deed.name).toBe(true);
        const outside = outsideOf(world);
        if (existsSync(outside)) expect(readFileSync(outside, 'utf8')).toBe(`${SECRET}\n`);
      }
    },
    120_000,
  );
});
