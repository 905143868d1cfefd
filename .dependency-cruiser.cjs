/**
 * Who may import whom: the table of ARCHITECTURE.md. `scripts/layers.mjs` runs it and asserts that every module was looked at.
 * Tests may import anything of their layer's world plus test/.
 */
const LAYERS = {
  domain: [],
  lib: [],
  slots: ['domain', 'lib'],
  git: ['slots', 'lib'],
  config: ['domain', 'slots', 'lib'],
  db: ['domain', 'slots', 'lib'],
  lifecycle: ['domain', 'slots', 'db', 'lib'],
  commands: ['domain', 'slots', 'db', 'lifecycle', 'lib'],
  chat: ['domain', 'slots', 'commands', 'lib'],
  http: ['domain', 'slots', 'commands', 'chat', 'lib'],
  cli: ['domain', 'slots', 'git', 'commands', 'config', 'lib'],
  web: ['domain', 'slots', 'lib'],
};

/** Single files that may reach further, and why. */
const EXCEPTIONS = {
  // The CLI's half of the composition root: starts the bot, and knows the built-in plugins through it.
  'src/cli/main.ts': ['src/main.ts'],
  // The only window into the data directory while the bot is down.
  'src/cli/offline.ts': ['src/db/read-only.ts', 'src/db/back-up.ts'],
};

const exact = (file) => `^${file.replaceAll('.', '\\.')}$`;
const TESTS = '\\.test\\.tsx?$|-harness\\.ts$';

/** The page runs in a browser: it has a rule of its own. */
const PAGE = '^src/web/page/';

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  severity: 'error',
  comment: `src/${layer} may import ${[layer, ...allowed].join(', ')}`,
  from: { path: `^src/${layer}/`, pathNot: [TESTS, PAGE, ...Object.keys(EXCEPTIONS).map(exact)] },
  to: { path: '^(src|plugins|test)/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

/** Rooms of src/chat, from the bottom up: each may import itself and those before it. */
const CHAT_ROOMS = ['words', 'grammar', 'thread', 'answers', 'inbound'];
const chatRoomRules = CHAT_ROOMS.map((room, floor) => ({
  name: `chat-room-${room}`,
  severity: 'error',
  comment: `src/chat/${room} may import ${CHAT_ROOMS.slice(0, floor + 1).join(', ')}`,
  from: { path: `^src/chat/${room}/`, pathNot: TESTS },
  to: { path: '^src/chat/', pathNot: `^src/chat/(${CHAT_ROOMS.slice(0, floor + 1).join('|')})/` },
}));

const exceptionRules = Object.entries(EXCEPTIONS).map(([file, more]) => {
  const layer = file.split('/')[1];
  return {
    name: `exception-${file}`,
    severity: 'error',
    comment: `${file} may import its layer's and ${more.join(', ')}`,
    from: { path: exact(file) },
    to: {
      path: '^(src|plugins|test)/',
      pathNot: [`^src/(${[layer, ...LAYERS[layer]].join('|')})/`, ...more.map(exact)],
    },
  };
});

module.exports = {
  forbidden: [
    ...layerRules,
    ...exceptionRules,
    ...chatRoomRules,
    {
      name: 'page-knows-the-contract',
      severity: 'error',
      comment:
        'the page imports http/contract.ts, the table of commands, domain, slots and lib; nothing of the use cases',
      from: { path: PAGE, pathNot: TESTS },
      to: {
        path: '^(src|plugins|test)/',
        pathNot: [
          PAGE,
          '^src/(domain|slots|lib)/',
          '^src/http/contract\\.ts$',
          '^src/chat/grammar/command-(spec|table)\\.ts$',
        ],
      },
    },
    {
      name: 'nobody-knows-the-page',
      severity: 'error',
      comment: 'the server serves the built files',
      from: { path: '^(src|plugins)/', pathNot: [PAGE, TESTS] },
      to: { path: PAGE },
    },
    {
      name: 'doors-ask-the-policy',
      severity: 'error',
      comment:
        'what ao reads for itself asks nobody for rights: people and agents go through Commands',
      from: {
        path: '^(src/(chat|http|cli|web)|plugins)/',
        // They go through the list for the routes and for what agents may; what runs is asked of Commands.
        pathNot: [TESTS, '^src/http/(endpoint|routes/use-case-routes)\\.ts$'],
      },
      to: { path: '^src/commands/((reader|create-commands|steers-of|attach-to)\\.ts$|use-cases/)' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'no node: module and no package in src/domain, but the types of zod',
      from: { path: '^src/domain/', pathNot: TESTS },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: 'node_modules/zod/',
      },
    },
    {
      name: 'only-db-has-sql',
      severity: 'error',
      comment: 'drizzle and better-sqlite3 stay in src/db',
      from: { pathNot: ['^src/db/', '^drizzle\\.config\\.ts$', TESTS] },
      to: { path: 'node_modules/(drizzle-orm|better-sqlite3)/' },
    },
    {
      name: 'plugins-know-slots-only',
      severity: 'error',
      comment:
        'a plugin imports domain, slots, git, lib and its own folder; plugins/shared/<service> is what a tracker and an scm of one service share',
      from: { path: '^plugins/([^/]+/[^/]+)/', pathNot: TESTS },
      to: {
        path: '^(src|plugins|test)/',
        pathNot: ['^src/(domain|slots|git|lib)/', '^plugins/$1/', '^plugins/shared/'],
      },
    },
    {
      name: 'only-main-knows-plugins',
      severity: 'error',
      comment: 'only src/main.ts and src/app/ import plugins/',
      from: { path: '^src/', pathNot: ['^src/(main\\.ts$|app/)', TESTS] },
      to: { path: '^plugins/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'types may know each other, modules that run may not',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-package-in-product',
      severity: 'error',
      comment: 'a package the product loads belongs to dependencies',
      from: { path: '^(src|plugins)/', pathNot: [TESTS, '^src/web/page/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
