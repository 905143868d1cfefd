import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { AGENT_EVENTS, CALLS, EVENTS, neededScopes, SHORTCUT } from './calls.ts';

const file = readFileSync(join(packageRoot(), 'slack.manifest.yaml'), 'utf8');
const schema = JSON.parse(
  readFileSync(join(packageRoot(), 'test', 'fixtures', 'slack-manifest.schema.json'), 'utf8'),
) as Parameters<typeof z.fromJSONSchema>[0];

interface Manifest {
  readonly features: {
    readonly slash_commands: ReadonlyArray<{ command: string; should_escape: boolean }>;
    readonly shortcuts: ReadonlyArray<{ callback_id: string }>;
    readonly app_home: object;
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

const withAgent = file.replaceAll('# agent: ', '');

describe('slack.manifest.yaml', () => {
  it.each([
    ['as it is', file],
    ['as an agent', withAgent],
  ])('is valid by the schema of Slack, %s', (_name, text) => {
    const check = z.fromJSONSchema(schema);
    const manifest = parse(text) as Record<string, unknown>;
    expect(check.safeParse(manifest).error?.issues ?? []).toEqual([]);
    expect(check.safeParse({ ...manifest, features: { slash_commands: 'none' } }).success).toBe(
      false,
    );
  });

  it('asks for exactly the scopes that the calls and events need, and subscribes to each event', () => {
    const manifest = parse(file) as Manifest;
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual(neededScopes());
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(
      Object.keys(EVENTS).sort(),
    );
    expect(manifest.features.shortcuts.map((shortcut) => shortcut.callback_id)).toEqual([SHORTCUT]);
    expect(manifest.features.slash_commands).toMatchObject([
      { command: '/ao', should_escape: true },
    ]);
  });

  it('subscribes to what agents get, when it is declared as one', () => {
    const manifest = parse(withAgent) as Manifest;
    for (const [event, scopes] of Object.entries(AGENT_EVENTS)) {
      expect(manifest.settings.event_subscriptions.bot_events).toContain(event);
      expect(manifest.oauth_config.scopes.bot).toEqual(expect.arrayContaining([...scopes]));
    }
  });

  it('covers every method and event that the sources of the plugin name', () => {
    const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'calls.ts',
    );
    const text = sources
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
      .join('\n');
    const methods = [...text.matchAll(/\.call(?:Patiently)?\(\s*'\w+',\s*'([\w.]+)'/g)].map(
      (match) => match[1] ?? '',
    );
    expect(methods.length).toBeGreaterThan(10);
    for (const method of methods) expect(Object.keys(CALLS)).toContain(method);
    const events = [...text.matchAll(/event\??\.type [!=]== '(\w+)'/g)].map(
      (match) => match[1] ?? '',
    );
    expect(events.length).toBeGreaterThan(3);
    const subscribed = [...Object.keys(EVENTS), ...Object.keys(AGENT_EVENTS)].map(
      (event) => event.split('.')[0],
    );
    for (const event of events) expect(subscribed).toContain(event);
  });
});
