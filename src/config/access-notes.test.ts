import { expect, test } from 'vitest';
import { accessNotes } from './access-notes.ts';
import { configSchema } from './schema/config.ts';
import { readSource } from './source-document.ts';

const notesOf = (access: object): readonly string[] =>
  accessNotes(
    configSchema.parse({ access }),
    readSource('ao.yaml', JSON.stringify({ access }), {}).document,
  ).map((note) => note.keyPath);

const dana = 'slack:T1:U1';

test.each([
  ['a member', { users: { [dana]: ['member'] } }],
  ['a member beside an admin', { users: { [dana]: ['member'], 'slack:T1:U2': ['admin'] } }],
  ['a group of members', { groups: { 'slack:T1:S1': ['member'] } }],
  ['an own role that steers', { users: { [dana]: ['dev'] }, roles: { dev: ['view', 'steer'] } }],
  ['an own role named lead', { users: { [dana]: ['lead'] }, roles: { lead: ['steer'] } }],
  ['people named for steer', { verbs: { steer: [dana] } }],
])('%s could type before: a note says that it takes another verb now', (_, access) => {
  expect(notesOf(access)).toEqual(['access']);
});

test.each([
  ['nobody', {}],
  ['a viewer', { users: { [dana]: ['viewer'] } }],
  ['a lead', { users: { [dana]: ['lead'], 'slack:T1:U2': ['member'] } }],
  [
    'an own role with the verb',
    { users: { [dana]: ['dev'] }, roles: { dev: ['steer', 'terminal'] } },
  ],
  ['nobody, on purpose', { users: { [dana]: ['member'] }, verbs: { terminal: [] } }],
])('%s: no note', (_, access) => {
  expect(notesOf(access)).toEqual([]);
});
