import type { InboundFile } from '../../../src/slots/chat.ts';
import { notFound, rejected, transient } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import type { SlackConfig } from './config.ts';

interface WireFileInfo {
  readonly url_private_download?: string;
  readonly url_private?: string;
  readonly size?: number;
  /** Kept by another service; Slack only has the address. */
  readonly is_external?: boolean;
}

const TIMEOUT = 60_000;

/** Slack's own servers for files; the token goes nowhere else. */
const HOSTS: ReadonlySet<string> = new Set([
  'files.slack.com',
  'slack-files.com',
  'files.slack-gov.com',
]);

/** Reads a file of a message with the bot's token, which only Slack's own servers (or that of `apiUrl`) ever get. Refuses before and while reading what is larger than `maxBytes`. */
export async function downloadFile(
  api: SlackApi,
  { botToken, apiUrl }: Pick<SlackConfig, 'botToken' | 'apiUrl'>,
  file: InboundFile,
  maxBytes: number,
): Promise<Uint8Array> {
  const { file: info } = (await api.call('file', 'files.info', { file: file.ref })) as {
    file?: WireFileInfo;
  };
  if (info?.is_external === true) throw external(file.name);
  const url = info?.url_private_download ?? info?.url_private;
  if (url === undefined)
    throw notFound(
      'AO_SLACK_NO_FILE',
      `${file.name} has no content to read; it may be a link to another service.`,
    );
  if (!isSlacks(url, apiUrl)) throw external(file.name);
  if ((info?.size ?? file.size) > maxBytes) throw tooLarge(file.name, maxBytes);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${botToken}` },
    // A redirect would lead to whoever the answer names.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch((error: unknown) => {
    throw transient(
      'AO_SLACK_DOWN',
      `${file.name} could not be read from Slack: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  });
  if (!response.ok || response.body === null)
    throw transient('AO_SLACK_DOWN', `Slack answered HTTP ${response.status} for ${file.name}.`);
  // Without the right to read files Slack sends its sign-in page instead.
  if (
    response.headers.get('content-type')?.startsWith('text/html') === true &&
    !file.mime.startsWith('text/html')
  ) {
    throw rejected(
      'AO_SLACK_MISSING_SCOPE',
      `Slack does not let ao read ${file.name}. Add the scope files:read and reinstall the app.`,
    );
  }
  return collect(response.body, file.name, maxBytes);
}

async function collect(
  body: ReadableStream<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(name, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The configured address may be plain HTTP and have a port, Slack's own never. */
function isSlacks(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const plain = url.username === '' && url.password === '';
  return (
    plain &&
    (url.origin === new URL(apiUrl).origin ||
      (url.protocol === 'https:' && url.port === '' && HOSTS.has(url.hostname)))
  );
}

const external = (name: string): Error =>
  rejected(
    'AO_SLACK_FILE_HOST',
    `${name} is not on Slack's own servers, so ao doesn't read it. Upload the file itself, or paste what is in it.`,
  );

const tooLarge = (name: string, maxBytes: number): Error =>
  rejected(
    'AO_SLACK_FILE_TOO_LARGE',
    `${name} is larger than ${Math.round(maxBytes / 1_000_000)} MB, which is the most ao takes. Put it where the agent can fetch it.`,
  );
