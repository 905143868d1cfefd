import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';

/** What a fake forge has at the paths git asks for. */
export interface Hosted {
  /** Bare repository at `path` (without `.git`), and whether it may be pushed to. */
  at(path: string): { readonly bare: string; readonly mayPush: boolean };
  /** Branches may have moved. */
  pushed(): void;
  readonly tokens: ReadonlySet<string>;
}

/** Real git over HTTP: the CGI program of git itself, behind a token. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  at: URL,
  hosted: Hosted,
): Promise<void> {
  const [, password = ''] = Buffer.from(
    (request.headers.authorization ?? '').replace(/^Basic /, ''),
    'base64',
  )
    .toString()
    .split(':');
  if (!hosted.tokens.has(password)) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
    response.end();
    return;
  }
  const { bare, mayPush } = hosted.at(at.pathname.slice(1, at.pathname.indexOf('.git/')));
  const writes =
    at.pathname.endsWith('/git-receive-pack') ||
    at.searchParams.get('service') === 'git-receive-pack';
  if (writes && !mayPush) {
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
  if (request.method === 'POST' && rest.endsWith('/git-receive-pack')) hosted.pushed();
  response.writeHead(status);
  response.end(output.subarray(end + 4));
}
