import { delimiter } from 'node:path';

/** What children get of ao's own environment. Everything else, tokens above all, stays here. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'GNUPGHOME',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
];

/** Environment of agents, checks and git: a known few variables, `front` first on PATH, and a UTF-8 locale. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  front: readonly string[],
): Readonly<Record<string, string>> {
  const passed = PASSED.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const base: Record<string, string> = Object.fromEntries(passed);
  const folders = [...front, ...(base.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)];
  // npm puts folders of the project on PATH when it starts us; agents work elsewhere.
  return {
    LANG: 'C.UTF-8',
    ...base,
    PATH: [...new Set(folders.filter((folder) => folder !== ''))].join(delimiter),
  };
}
