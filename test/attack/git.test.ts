import { afterEach, describe, expect, it } from 'vitest';
import { PluginError } from '../../src/slots/errors.ts';
import { type AttackWorld, attackWorld } from './attack-world.ts';
import { codeOf, DEEDS } from './deeds.ts';
import { PLANTS, type Plant } from './plants.ts';

/** All plants with `npm run test:attack`, the fast ones with `npm test`. */
const plants = PLANTS.filter((plant) => process.env.AO_ATTACK === 'all' || plant.fast);

let world: AttackWorld;
afterEach(() => world.close());

describe('what an agent writes for git is not obeyed', () => {
  it.each(plants)(
    '$name',
    async (plant) => {
      world = await attackWorld();
      plant.plant(world);
      plant.live(world);
      expect(world.marks(), 'the plant works on git as it comes').not.toBe('');
      world.forgetMarks();
      for (const deed of DEEDS) {
        const refusal = await deed.run(world).then(
          () => null,
          (error: unknown) => error,
        );
        expect(world.marks(), `${deed.name} ran the program`).toBe('');
        if (isRefused(plant, deed)) {
          expect(refusal, deed.name).toBeInstanceOf(PluginError);
          expect(refusal, deed.name).toMatchObject({ code: 'AO_GIT_TAMPERED' });
        } else expect(codeOrNull(refusal), deed.name).toBe(plant.refusals?.[deed.name] ?? null);
      }
    },
    120_000,
  );
});

const isRefused = (plant: Plant, deed: (typeof DEEDS)[number]): boolean =>
  plant.refused === 'repository'
    ? // Doctor tells of the refusal instead.
      deed.name !== 'doctor'
    : plant.refused === 'worktree' && deed.ofWorktree === true;

const codeOrNull = (refusal: unknown): unknown => (refusal === null ? null : codeOf(refusal));
