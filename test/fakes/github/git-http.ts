import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import type { FakeFork, World } from './world.ts';

/** Real git over HTTP: the CGI program of git itself, behind a token. The world looks at the branches after a push. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  at: URL,
  options: { readonly world: World; readonly bare: string; readonly tokens: ReadonlySet<string> },
): Promise<void> {
  const [, password = ''] = Buffer.from(
    (request.headers.authorization ?? '').replace(/^Basic /, ''),
    'base64',
  )
    .toString()
    .split(':');
  if (!options.tokens.has(password)) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
    response.end();
    return;
  }
  const fork = options.world.forks.get(at.pathname.slice(1, at.pathname.indexOf('.git/')));
  const bare = fork?.bare ?? options.bare;
  const writes =
    at.pathname.endsWith('/git-receive-pack') ||
    at.searchParams.get('service') === 'git-receive-pack';
  if (fork !== undefined && writes && !mayPush(options.world, fork)) {
    response.writeHead(403);
    response.end('Permission denied');
    return;
  }
  const repository = bare.slice(dirname(bare).length);
  const rest = at.pathname.slice(at.pathname.indexOf('.git/') + '.git'.length);
  const length = request.headers['content-length'];
  const cgi = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: dirname(bare),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `${repository}${rest}`,
      QUERY_STRING: at.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: 'agent',
      REMOTE_ADDR: '127.0.0.1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    },
  });
  request.pipe(cgi.stdin);
  cgi.stdin.on('error', () => {});
  const parts: Buffer[] = [];
  for await (const part of cgi.stdout) parts.push(part as Buffer);
  const output = Buffer.concat(parts);
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const [name = '', ...value] = line.split(': ');
    if (name.toLowerCase() === 'status') status = Number.parseInt(value.join(': '), 10);
    else if (name !== '') response.setHeader(name, value.join(': '));
  }
  if (request.method === 'POST' && rest.endsWith('/git-receive-pack')) options.world.pushed('*');
  response.writeHead(status);
  response.end(output.subarray(end + 4));
}

/** Into a fork only its people push, or ours where a pull request from it lets them. */
const mayPush = (world: World, fork: FakeFork): boolean =>
  fork.viewerPermission !== 'READ' ||
  [...world.pulls.values()].some(
    (one) =>
      one.state === 'OPEN' &&
      one.maintainerCanModify &&
      world.forks.get(one.headRepository ?? '') === fork,
  );
