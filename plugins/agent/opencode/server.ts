import { z } from 'zod';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import {
  eventSchema,
  messagesSchema,
  permissionSchema,
  questionSchema,
  type ServerEvent,
  sessionSchema,
  statusSchema,
} from './schema.ts';

/** While it boots the server may accept a connection and never answer: the stream is asked for anew, the longer the more patiently. */
const STREAM_TIMEOUTS = [250, 250, 500, 500, 1000, 2000, 3000] as const;
const ANSWER_TIMEOUT = 3000;
const RECONNECT_AFTER = 100;

export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

/** The HTTP server inside one opencode process. All methods throw `transient` while it can't be reached. */
export class OpencodeServer {
  readonly #address: ServerAddress;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  sessions = () => this.#get('/session', z.array(sessionSchema));
  children = (session: string) => this.#get(`/session/${session}/children`, z.array(sessionSchema));
  messages = (session: string) => this.#get(`/session/${session}/message`, messagesSchema);
  status = () => this.#get('/session/status', z.record(z.string(), statusSchema));
  permissions = () => this.#get('/permission', z.array(permissionSchema));
  questions = () => this.#get('/question', z.array(questionSchema));

  async prompt(session: string, text: string): Promise<void> {
    await this.#post(`/session/${session}/prompt_async`, { parts: [{ type: 'text', text }] });
  }

  /** Types into the terminal interface: the only way to begin a conversation that it shows. */
  async typePrompt(text: string): Promise<void> {
    await this.#post('/tui/clear-prompt', {});
    await this.#post('/tui/append-prompt', { text });
    await this.#post('/tui/submit-prompt', {});
  }

  async abort(session: string): Promise<void> {
    await this.#post(`/session/${session}/abort`, {});
  }

  async replyPermission(
    id: string,
    reply: 'once' | 'always' | 'reject',
    message: string | null,
  ): Promise<void> {
    await this.#post(`/permission/${id}/reply`, {
      reply,
      ...(message === null ? {} : { message }),
    });
  }

  async replyQuestion(id: string, answers: ReadonlyArray<readonly string[]>): Promise<void> {
    await this.#post(`/question/${id}/reply`, { answers });
  }

  /** Calls `onOpen` whenever the event stream is up (again), then `onEvent` for each event known to the schema. */
  follow(
    clock: Clock,
    onOpen: () => void,
    onEvent: (event: ServerEvent) => void,
  ): { close(): void } {
    let closed = false;
    let current = new AbortController();
    let unanswered = 0;
    const run = async (): Promise<void> => {
      while (!closed) {
        current = new AbortController();
        const opened = (): void => {
          unanswered = 0;
          onOpen();
        };
        // A refused connection is no sign of a server that is slow.
        const timer = clock.after(STREAM_TIMEOUTS[unanswered] ?? ANSWER_TIMEOUT, () => {
          unanswered += 1;
          current.abort();
        });
        try {
          await this.#readEvents(current, timer, opened, onEvent);
        } catch {
          // Not up yet, or gone: the runtime tells when the process ended.
        } finally {
          timer.cancel();
        }
        await pause(clock, RECONNECT_AFTER);
      }
    };
    void run();
    return {
      close() {
        closed = true;
        current.abort();
      },
    };
  }

  async #readEvents(
    controller: AbortController,
    timer: { cancel(): void },
    onOpen: () => void,
    onEvent: (event: ServerEvent) => void,
  ): Promise<void> {
    const response = await fetch(this.#url('/event'), {
      headers: this.#headers(),
      redirect: 'error',
      signal: controller.signal,
    });
    timer.cancel();
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    onOpen();
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventSchema.safeParse(jsonOrNull(block.replace(/^data: ?/, ''))).data;
        if (event !== undefined) onEvent(event);
      }
    }
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#request(path, {})).json());
  }

  async #post(path: string, body: object): Promise<void> {
    await this.#request(path, { method: 'POST', body: JSON.stringify(body) });
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#url(path), {
        ...init,
        headers: this.#headers(),
        // The agent may answer on this port itself, and name any address of this machine.
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_TIMEOUT),
      });
    } catch (cause) {
      throw transient(
        'AO_AGENT_UNREACHABLE',
        'opencode does not answer on its port: it is still starting, or it ended. It is tried again.',
        { cause },
      );
    }
    if (!response.ok)
      throw rejected(
        'AO_AGENT_REFUSED',
        `opencode refused ${path} with HTTP ${response.status}. Look at the session in its terminal.`,
      );
    return response;
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.#address.port}${path}`;
  }

  #headers(): Record<string, string> {
    return {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`opencode:${this.#address.password}`).toString('base64')}`,
    };
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
