import { expect, test } from 'vitest';
import type { GitHubClient, OctokitClient } from '../../shared/github/client.ts';
import { createActions } from './actions.ts';
import type { Heads } from './heads.ts';
import type { Reader } from './reader.ts';
import type { Core } from './schema.ts';

const pr = { number: 1, baseRefName: 'release/2' } as Core;

/** GitHub's contents API with these files on the base; a number is the status of an error. */
function actions(files: Readonly<Record<string, string | number>>) {
  const asked: string[] = [];
  const getContent = async ({
    path,
    ref,
  }: {
    path: string;
    ref: string;
  }): Promise<{ data: unknown }> => {
    asked.push(`${path} at ${ref}`);
    const found = files[path] ?? 404;
    if (typeof found === 'number')
      throw Object.assign(new Error('Not Found'), {
        name: 'HttpError',
        status: found,
        request: {},
        response: { status: found, headers: {}, data: {} },
      });
    return { data: found };
  };
  const octokit = { rest: { repos: { getContent } } } as unknown as OctokitClient;
  const raw: GitHubClient['raw'] = (_purpose, _what, call) =>
    call(octokit, { owner: 'acme', repo: 'app' } as Parameters<typeof call>[1]);
  return {
    asked,
    actions: createActions({ raw } as GitHubClient, {} as Reader, {} as Heads, () => 0),
  };
}

test('CODEOWNERS is read from the base of the pull request, where GitHub looks for it', async () => {
  const first = actions({ '.github/CODEOWNERS': '* @lee\n', CODEOWNERS: '* @kim\n' });
  expect(await first.actions.codeOwners(pr)).toBe('* @lee\n');
  expect(first.asked).toEqual(['.github/CODEOWNERS at release/2']);
  expect(await actions({ 'docs/CODEOWNERS': '* @kim\n' }).actions.codeOwners(pr)).toBe('* @kim\n');
  expect(await actions({}).actions.codeOwners(pr)).toBeNull();
});

test('a failure is none of "there is no such file"', async () => {
  await expect(actions({ '.github/CODEOWNERS': 403 }).actions.codeOwners(pr)).rejects.toMatchObject(
    { name: 'PluginError' },
  );
});
