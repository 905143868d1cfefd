import { formatConfigError } from '../../config/config-error.ts';
import { knownSecrets } from '../../config/known-secrets.ts';
import { dataDirOf, loadConfig } from '../../config/load-config.ts';
import { confirmedIn, untrustedWords } from '../../config/plugin-trust.ts';
import { type Config, configSchema } from '../../config/schema/config.ts';
import { createRedact, redactDeep } from '../../lib/redact.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';
import { examineAddress } from './address.ts';
import { examineDataDir } from './data-dir.ts';
import { bad, type Finding, good, warn } from './finding.ts';
import { examinePlugins } from './plugins.ts';
import { examineTools } from './tools.ts';
import { tryNotifiers } from './try-notifiers.ts';

export type { Finding } from './finding.ts';

/** Everything `ao doctor` looks at. Works without a bot; changes nothing unless `fix`. */
export async function examine(
  cli: Cli,
  options: CommonOptions & { fix?: boolean; testNotify?: boolean },
): Promise<readonly Finding[]> {
  const builtIn = (await cli.loadBot()).plugins;
  const loaded = await loadConfig({
    path: options.config ?? null,
    searchFrom: cli.cwd,
    env: cli.env,
    plugins: builtIn,
    trust: confirmedIn(cli.env, options.dataDir, cli.cwd),
  });
  const plugins = loaded.ok ? loaded.value.plugins : builtIn;
  const dataDir = findDataDir(options, cli.env, cli.cwd);
  const config = loaded.ok ? loaded.value.config : configSchema.parse({ dataDir });
  const env = loaded.ok ? loaded.value.env : cli.env;
  const findings = [
    ...(await examineTools(env)),
    ...configuration(loaded, config),
    ...examineDataDir(
      options.dataDir === undefined && loaded.ok ? dataDirOf(config, env) : dataDir,
      options.fix ?? false,
    ),
    ...(await examineAddress(config.host, config.port, dataDir)),
    ...(await examinePlugins({ plugins, config, env, now: cli.now })),
    ...(options.testNotify ? await tryNotifiers({ plugins, config, env, now: cli.now }) : []),
  ];
  // What plugins and services say is shown to others when somebody asks for help.
  const known = knownSecrets(config, loaded.ok ? loaded.value.secrets : []);
  return redactDeep(findings, createRedact(known));
}

function configuration(
  loaded: Awaited<ReturnType<typeof loadConfig>>,
  config: Config,
): readonly Finding[] {
  const area = 'configuration';
  if (!loaded.ok)
    return loaded.error.map((error) =>
      bad(area, formatConfigError(error), 'Put it right, then: ao config check'),
    );
  const { file, notes, externalPlugins, untrusted } = loaded.value;
  if (file === null)
    return [
      good(
        area,
        'no ao.yaml; the defaults and a sample project are in force (make one with: ao init)',
      ),
    ];
  const count = Object.keys(config.projects).length;
  const projects =
    count === 0 ? [warn(area, 'no project is configured', 'Add one with: ao init')] : [];
  return [
    good(area, `${file} is in order, ${count === 1 ? 'one project' : `${count} projects`}`),
    ...projects,
    ...(untrusted.length === 0
      ? []
      : [
          warn(
            'plugins',
            untrustedWords(file, untrusted),
            `Read their code, then: ao plugin trust --config ${file}`,
          ),
        ]),
    ...externalPlugins.map(({ from, definition: { slot, name, description } }) =>
      good('plugins', `${slot} ${name} from ${from}: ${description}`),
    ),
    ...notes.map((note) => warn(area, `${note.keyPath} ${note.message}`.trim(), note.todo)),
  ];
}
