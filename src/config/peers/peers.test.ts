import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { formatConfigError } from '../config-error.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import { notifierNames } from '../notification-routing.ts';

const FIXTURES = path.resolve('test/fixtures/peers');
const FILES = { 'ao-ts': 'agent-orchestrator.yaml', 'ao-rs': 'ao-rs.yaml' } as const;
type Peer = keyof typeof FILES;

/** What both peers' documentation tells people to set. */
const ENV = {
  SLACK_WEBHOOK_URL: 'https://hooks.slack.example/T1/B1/s3cr3t',
  AO_DISCORD_WEBHOOK_URL: 'https://discord.example/api/webhooks/1/t0ken',
  AO_NTFY_TOPIC: 'agents-4711',
  AO_NTFY_URL: 'https://ntfy.example.com',
  AO_NTFY_TOKEN: 'tk_example',
  WEBHOOK_TOKEN: 'hook-t0ken',
  COMPOSIO_API_KEY: 'ak_example',
  OPENCLAW_HOOKS_TOKEN: 'claw-t0ken',
};

const read = (folder: string, env: Record<string, string>) =>
  loadConfig({
    path: null,
    searchFrom: folder,
    env: { HOME: '/home/dana', ...env },
    plugins: builtInPlugins,
    trust: { type: 'all' },
  });

async function loaded(folder: string, env: Record<string, string> = ENV): Promise<LoadedConfig> {
  const result = await read(folder, env);
  if (!result.ok) throw new Error(result.error.map(formatConfigError).join('\n'));
  return result.value;
}

function ofPeer(
  peer: Peer,
  name: string,
  env: Record<string, string> = ENV,
): Promise<LoadedConfig> {
  const folder = tempDir();
  copyFileSync(path.join(FIXTURES, peer, `${name}.yaml`), path.join(folder, FILES[peer]));
  return loaded(folder, env);
}

function ours(yaml: string): string {
  const folder = tempDir();
  writeFileSync(path.join(folder, 'ao.yaml'), yaml);
  return folder;
}

const GITHUB = { tracker: 'github', scm: 'github' };

/** What each file must come to. */
const EXPECTED: Readonly<Record<Peer, Readonly<Record<string, (loaded: LoadedConfig) => void>>>> = {
  'ao-ts': {
    minimal: ({ config }) => {
      expect(config.dataDir).toBe('/home/dana/.ao');
      expect(config.projects.shop).toMatchObject({
        repo: 'acme/shop',
        path: '/home/dana/shop',
        defaultBranch: 'main',
      });
      expect(config.defaults).toMatchObject(GITHUB);
    },
    example: ({ config, notes }) => {
      const { shop } = config.projects;
      expect(shop?.agentConfig).toMatchObject({ permissions: 'permissionless', model: 'opus' });
      expect(shop?.merge.method).toBe('squash');
      expect(config.reactions['approved-and-green']).toMatchObject({ auto: false });
      expect(shop?.reactions['approved-and-green']).toMatchObject({ auto: true });
      expect(config.notifiers.slack).toEqual({
        plugin: 'slack-webhook',
        url: ENV.SLACK_WEBHOOK_URL,
      });
      expect(notifierNames(config, 'shop', 'warning')).toEqual(['slack']);
      expect(notes.map(({ keyPath }) => keyPath)).toEqual(
        expect.arrayContaining([
          'dataDir',
          'worktreeDir',
          'terminalPort',
          'notifiers.slack.channel',
          'projects.shop.orchestratorRules',
          'cleanup',
          'backpressure',
        ]),
      );
    },
    merge: ({ config }) => {
      expect(config.reactions['approved-and-green']).toEqual({ auto: true, action: 'merge' });
      expect(config.projects.shop?.merge).toMatchObject({ method: 'squash', deleteBranch: true });
      expect(config.projects.tools?.merge).toMatchObject({ method: 'rebase', deleteBranch: true });
      expect(notifierNames(config, 'shop', 'info')).toEqual(['desktop', 'slack']);
    },
    'auto-merge': ({ config }) =>
      expect(config.reactions['approved-and-green']).toMatchObject({ auto: true, action: 'merge' }),
    codex: ({ config, notes }) => {
      expect(config.defaults.agent).toBe('codex');
      expect(config.projects.shop?.agentConfig.permissions).toBe('default');
      expect(notes.map(({ keyPath }) => keyPath)).toContain(
        'projects.shop.orchestratorAgentConfig',
      );
    },
    kimi: ({ config }) => {
      expect(config.defaults.agent).toBe('kimi');
      expect(config.projects.shop?.agent).toBe('kimi');
    },
    'several-projects': ({ config }) => {
      expect(config.projects.front?.tracker.plugin).toBe('github');
      expect(notifierNames(config, 'api', 'urgent')).toEqual(['desktop', 'slack']);
      expect(notifierNames(config, 'api', 'warning')).toEqual(['desktop', 'slack']);
    },
    webhook: ({ config }) =>
      expect(config.notifiers.webhook).toEqual({
        plugin: 'webhook',
        url: 'https://example.com/hook',
        headers: { Authorization: 'Bearer hook-t0ken' },
      }),
    apps: ({ config }) =>
      expect(config.notifiers).toEqual({
        composio: { plugin: 'composio', app: 'slack', channel: '#agents', apiKey: 'ak_example' },
        openclaw: {
          plugin: 'openclaw',
          url: 'http://127.0.0.1:18789/hooks/agent',
          token: 'claw-t0ken',
        },
      }),
    roles: ({ config }) => {
      expect(config.defaults.orchestrator).toEqual({ agent: 'codex', model: 'gpt-5.3-codex' });
      expect(config.power.preventIdleSleep).toBe(true);
      expect(config.lifecycle.readyThreshold).toBe(60_000);
    },
  },
  'ao-rs': {
    example: ({ config }) => {
      const shop = config.projects.my_shop;
      expect(shop).toMatchObject({
        defaultBranch: 'trunk',
        agentRules: '- Say when you are stuck.',
        agentConfig: { permissions: 'permissionless', model: 'sonnet' },
        merge: { method: 'merge' },
      });
      expect(config.defaults.orchestrator.rules).toBe('Keep looking until every worker is done.');
      expect(config.defaults).toMatchObject(GITHUB);
      expect(config.reactions['agent-idle']?.escalateAfter).toEqual({ after: 900_000 });
      expect(notifierNames(config, 'my_shop', 'action')).toEqual(['stdout']);
    },
    readme: ({ config, secrets }) => {
      expect(config.reactions['ci-failed']?.escalateAfter).toEqual({ attempts: 3 });
      expect(config.projects.shop?.merge.method).toBe('merge');
      expect(config.notifiers).toEqual({
        ntfy: {
          plugin: 'ntfy',
          topic: ENV.AO_NTFY_TOPIC,
          server: ENV.AO_NTFY_URL,
          token: ENV.AO_NTFY_TOKEN,
        },
        discord: { plugin: 'discord-webhook', url: ENV.AO_DISCORD_WEBHOOK_URL },
      });
      expect([...secrets]).toEqual(
        expect.arrayContaining([ENV.AO_NTFY_TOKEN, ENV.AO_DISCORD_WEBHOOK_URL]),
      );
    },
    'per-project': ({ config }) => {
      expect(config.projects.safe?.merge.method).toBe('squash');
      expect(config.projects.other?.merge.method).toBe('merge');
      expect(config.projects.other).toMatchObject({
        scm: { plugin: 'github' },
        tracker: { plugin: 'github' },
      });
      expect(config.projects.other?.reactions).toEqual({});
    },
    'kebab-routing': ({ config }) =>
      expect(notifierNames(config, 'shop', 'urgent')).toEqual(['slack']),
  },
};

for (const peer of Object.keys(FILES) as Peer[]) {
  const names = readdirSync(path.join(FIXTURES, peer)).map((file) => path.parse(file).name);
  test.each(names)(
    `${FILES[peer]}, %s: it is taken and means what its documentation says`,
    async (name) => {
      const expected = EXPECTED[peer][name];
      if (expected === undefined) throw new Error(`no line for ${peer}/${name}`);
      expected(await ofPeer(peer, name));
    },
  );
}

test('the documented example works in ao.yaml as well, each of its names with a note', async () => {
  const folder = ours(`defaults: { notifiers: [desktop, slack], agent: kimicode }
projects: { shop: { path: . } }
reactions:
  approved-and-green: { auto: true, action: merge, strategy: squash, deleteAfter: false }
`);
  const { config, notes } = await loaded(folder);
  expect(config.projects.shop?.merge).toMatchObject({ method: 'squash', deleteBranch: false });
  expect(config.defaults).toMatchObject({ agent: 'kimi', scm: 'local', tracker: 'local' });
  expect(config.notifiers.slack).toMatchObject({ plugin: 'slack-webhook' });
  expect(notes.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '1 kimicode is read as kimi',
    '4 read as merge.method of the projects',
    '4 read as merge.deleteBranch of the projects',
    '1 the notifier slack is made from its variables',
  ]);
});

test("what a project says itself about its merge isn't overruled", async () => {
  const folder = ours(`projects: { shop: { path: ., merge: { method: rebase } } }
reactions: { approved-and-green: { strategy: squash } }
`);
  expect((await loaded(folder)).config.projects.shop?.merge.method).toBe('rebase');
});

test("without its variable, a peer's file leaves the notifier out and says so; ao.yaml is refused with the variable's name", async () => {
  const { config, notes } = await ofPeer('ao-ts', 'merge', {});
  expect(notifierNames(config, 'shop', 'info')).toEqual(['desktop']);
  expect(notes.find(({ message }) => message.includes('left out'))).toMatchObject({
    line: 2,
    keyPath: 'defaults.notifiers[1]',
    message: "the notifier slack is left out: AO_SLACK_WEBHOOK_URL or SLACK_WEBHOOK_URL isn't set",
  });
  const refused = await read(ours('defaults: { notifiers: [slack] }'), {});
  expect(refused.ok ? [] : refused.error.map(({ message }) => message)).toEqual([
    'the notifier slack is made from AO_SLACK_WEBHOOK_URL or SLACK_WEBHOOK_URL, and neither it nor an entry notifiers.slack is there.',
  ]);
});

test('an agent of the file keeps a name that is otherwise an alias', async () => {
  const folder = ours(
    'agents: { kimicode: { plugin: command, command: [my-kimi, "{prompt}"] } }\nprojects: { shop: { path: ., agent: kimicode } }',
  );
  expect((await loaded(folder)).config.projects.shop?.agent).toBe('kimicode');
});

test('a typing error in a snake_case key points at its place', async () => {
  const folder = tempDir();
  writeFileSync(
    path.join(folder, 'ao-rs.yaml'),
    'reactions:\n  ci-failed:\n    escalate_after: soon\n',
  );
  const refused = await read(folder, {});
  expect(refused.ok ? [] : refused.error.map(({ line, keyPath }) => [line, keyPath])).toEqual([
    [3, 'reactions.ci-failed.escalateAfter'],
  ]);
});
