import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AgentPlugin } from '../../src/slots/agent.ts';
import type { PluginContext } from '../../src/slots/plugin.ts';
import { pluginContext } from '../support/plugin-context.ts';
import { tempDir } from '../support/temp-dir.ts';

/** What `ao doctor` says of an agent: missing, the version ao was tried with, another one, none at all. */
export function describeDetection(
  name: string,
  program: string,
  known: string,
  create: (context: PluginContext) => AgentPlugin,
): void {
  describe(`${name}: detection`, () => {
    const made = (says: string | null): AgentPlugin => {
      const home = tempDir();
      const bin = join(home, 'bin');
      mkdirSync(bin);
      if (says !== null) {
        writeFileSync(join(bin, program), `#!/bin/sh\necho '${says}'\n`);
        chmodSync(join(bin, program), 0o755);
      }
      return create(
        pluginContext({ dataDir: home, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home } }),
      );
    };
    const first = async (says: string | null) => {
      const detected = await made(says).detect();
      return {
        ...detected,
        level: detected.findings[0]?.level,
        what: detected.findings[0]?.what ?? '',
        fix: detected.findings[0]?.fix ?? null,
      };
    };

    it('says how to install what is missing', async () => {
      expect(await first(null)).toMatchObject({
        found: false,
        version: null,
        level: 'error',
        what: expect.stringContaining('not installed'),
        fix: expect.stringContaining('nstall'),
      });
    });

    it('names the version, and one ao was not tried with', async () => {
      expect(await first(`${program} ${known}`)).toMatchObject({
        found: true,
        version: known,
        untried: null,
        level: 'ok',
        what: expect.stringContaining(known),
      });
      const other = await first(`${program} 999.0.0`);
      expect(other).toMatchObject({
        version: '999.0.0',
        untried: expect.stringContaining('999.0.0'),
        level: 'warning',
        fix: expect.any(String),
      });
      expect(other.what).toContain(known);
    });

    it('says when a program tells no version', async () => {
      expect(await first('segmentation fault')).toMatchObject({
        found: true,
        version: null,
        level: 'error',
      });
    });
  });
}
