import { expect, test } from 'vitest';
import { commandWorld, person } from '../../test/support/command-world.ts';

const [dana, lee, lead, admin] = ['UDANA', 'ULEE', 'ULEAD', 'UADMIN'].map((id) =>
  person(`slack:T1:${id}`),
) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
];

async function queued() {
  const world = await commandWorld({
    access: {
      users: {
        [dana.subject]: ['member'],
        [lee.subject]: ['member'],
        [lead.subject]: ['lead'],
        [admin.subject]: ['admin'],
      },
    },
  });
  const sent = await world.commands.send(dana, 'app-1', {
    text: 'use the old API',
    files: [],
    now: false,
    source: null,
    key: null,
  });
  if (!sent.ok) throw new Error(sent.error.message);
  const text = (): string | undefined => {
    const steers = world.commands.steers(dana, 'app-1');
    return steers.ok ? steers.value.find(({ id }) => id === sent.value.id)?.text : undefined;
  };
  return { ...world, id: sent.value.id, text };
}

// threat: a person edits another person's message that waits | refused
test('another person can’t put words into a message that stays in its author’s name', async () => {
  const { commands, id, text, rows } = await queued();
  for (const other of [lee, lead, admin, person('web:local')]) {
    const edited = await commands.editSteer(other, 'app-1', id, 'delete everything');
    expect(edited).toMatchObject({ ok: false, error: { code: 'AO_STATE' } });
    expect(rows().at(-1)).toMatchObject({
      subject: other.subject,
      action: 'edit_steer',
      allowed: false,
    });
  }
  expect(text()).toBe('use the old API');
  expect((await commands.editSteer(dana, 'app-1', id, 'use the new API')).ok).toBe(true);
  expect(text()).toBe('use the new API');
});

test('another steerer can’t take it back; a lead can, by name', async () => {
  const { commands, id } = await queued();
  expect(await commands.removeSteer(lee, 'app-1', id)).toMatchObject({ ok: false });
  expect((await commands.removeSteer(lead, 'app-1', id)).ok).toBe(true);
  const events = commands.events(lead, 'app-1', {});
  expect(JSON.stringify(events)).toContain('steer.removed');
  expect(JSON.stringify(events)).toContain(lead.subject);
});
