// Builds dist/: the bot and the CLI with esbuild, the page with Vite. `--quiet` prints errors only.
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { productNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { markBuilt } from './lib/sources.mjs';
import { run } from './lib/step.mjs';

const quiet = process.argv.includes('--quiet');
const dist = path.join(root, 'dist');
const page = 'src/web/page';

/**
 * Pure JavaScript packages that go into the bundle: one file read instead of hundreds. Everything else stays in node_modules,
 * because it loads natives, workers or its own files at run time (better-sqlite3, node-pty, pino, discord.js, bolt).
 */
const BUNDLED = [
  'commander',
  'yaml',
  'zod',
  'hono',
  '@hono/node-server',
  '@hono/zod-openapi',
  'mustache',
  '@marcbachmann/cel-js',
  'drizzle-orm',
  '@clack/prompts',
];

const bundled = (specifier) =>
  BUNDLED.some((name) => specifier === name || specifier.startsWith(`${name}/`));

const keepPackagesOutside = {
  name: 'keep-packages-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind, importer }) => {
      if (kind === 'entry-point' || specifier.startsWith('node:') || bundled(specifier))
        return undefined;
      // What a bundled package imports itself is bundled with it.
      if (importer.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
      return { path: specifier, external: true };
    });
  },
};

async function buildServer() {
  await build({
    absWorkingDir: root,
    // The third runs in the panes of agents that speak the Agent Client Protocol, the last in places that are not this machine's.
    entryPoints: {
      main: 'src/main.ts',
      cli: 'src/cli/main.ts',
      'acp-host': 'plugins/shared/acp/host/main.ts',
      'place-helper': 'plugins/shared/place/helper/main.ts',
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: 'linked',
    minifySyntax: true,
    logLevel: quiet ? 'error' : 'info',
    // CommonJS packages inside the bundle call require().
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [keepPackagesOutside],
  });
  onlyAscii();
}

/**
 * esbuild leaves other letters in regular expressions (and comments) as they are, and V8 keeps a source with a single one of them in
 * two bytes a letter. An escape of each UTF-16 unit means the same there, with and without the `u` flag: 2 MiB less for the bot.
 */
function onlyAscii() {
  for (const file of globSync(['*.js', 'chunks/*.js'], { cwd: dist })) {
    const source = readFileSync(path.join(dist, file), 'utf8');
    const escaped = source.replace(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    if (escaped !== source) writeFileSync(path.join(dist, file), escaped);
  }
}

/** The launcher's own file: CommonJS and without packages, because `ao status` is asked for often and should answer at once. */
async function buildEntry() {
  await build({
    absWorkingDir: root,
    entryPoints: { ao: 'src/cli/entry.ts' },
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    // Old enough that an old Node gets as far as the version check.
    target: 'node18',
    supported: { 'dynamic-import': true },
    minify: true,
    logLevel: quiet ? 'error' : 'info',
    plugins: [
      {
        name: 'cli-stays-outside',
        setup({ onResolve }) {
          onResolve({ filter: /\/main\.ts$/ }, () => ({ path: './cli.js', external: true }));
        },
      },
    ],
  });
}

async function buildPage() {
  if (!existsSync(path.join(root, page, 'index.html'))) return;
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [
    'build',
    page,
    '--outDir',
    path.join(dist, 'page'),
    '--emptyOutDir',
    '--logLevel',
    quiet ? 'error' : 'info',
  ];
  const { code } = await run(productNode() ?? process.execPath, [vite, ...args]);
  if (code !== 0) throw new Error(`vite ended with ${code}`);
}

rmSync(dist, { recursive: true, force: true });
await Promise.all([buildServer(), buildEntry(), buildPage()]);
markBuilt();
