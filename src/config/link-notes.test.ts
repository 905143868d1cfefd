import { expect, test } from 'vitest';
import { linkNotes } from './link-notes.ts';
import { configSchema } from './schema/config.ts';
import { readSource } from './source-document.ts';

const notesOf = (project: object): readonly string[] => {
  const written = { projects: { app: { path: '/srv/app', ...project } } };
  const { document } = readSource('ao.yaml', JSON.stringify(written), {});
  return linkNotes(configSchema.parse(written), document).map(
    ({ keyPath, message }) => `${keyPath} ${message}`,
  );
};

test.each([
  ['of a worktree', { symlinks: ['node_modules'] }, 'projects.app.symlinks node_modules: '],
  [
    'of a check',
    { scm: { plugin: 'local', symlinks: ['vendor', '.venv'] } },
    'projects.app.scm.symlinks vendor, .venv: ',
  ],
])('links %s are named, with what they would do', (_, project, expected) => {
  const notes = notesOf(project);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(expected);
  expect(notes[0]).toContain('npm ci');
});

test('copies, and no list at all, are in order', () => {
  expect(notesOf({ copies: ['node_modules'], scm: { plugin: 'local' } })).toEqual([]);
});
