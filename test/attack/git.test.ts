import { afterEach, describe, expect, it } from 'vitest';
import { PluginError } from '../../src/slots/errors.ts';
import { type AttackWorld, attackWorld } from './attack-world.ts';
import { codeOf, DEEDS, isRefused } from './deeds.ts';
import { attributes, PLANTS, type Plant } from './plants.ts';

const isAll = process.env.AO_ATTACK === 'all';
/** With `npm test` what only a configuration names is planted at once: nothing of it may run, so none hides another. */
const isOfConfig = (plant: Plant): boolean =>
  plant.refused === undefined && plant.refusals === undefined;
const fast = PLANTS.filter((plant) => plant.fast);

let world: AttackWorld;
afterEach(() => world.close());

function make(plant: Plant): void {
  plant.plant(world);
  plant.live(world);
  expect(world.marks(), `${plant.name} works on git as it comes`).not.toBe('');
  world.forgetMarks();
}

async function doAll(plant: Pick<Plant, 'refused' | 'refusals'>): Promise<void> {
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
}

const codeOrNull = (refusal: unknown): unknown => (refusal === null ? null : codeOf(refusal));

describe('what an agent writes for git is not obeyed', () => {
  it.each(isAll ? PLANTS : fast.filter((plant) => !isOfConfig(plant)))(
    '$name',
    async (plant) => {
      world = await attackWorld();
      make(plant);
      await doAll(plant);
    },
    120_000,
  );

  // threat: an agent writes filters, drivers, hooks, includes, aliases or another .git for git | nothing of it runs by anything ao does (each by itself in test/attack/plants.ts)
  it('all at once that a configuration can name', async () => {
    world = await attackWorld();
    for (const plant of fast.filter(isOfConfig)) make(plant);
    attributes(world, '* filter=h diff=h merge=h\n');
    await doAll({});
  }, 120_000);
});
