import { type ClientConnection, client, methods, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import { MOST_OPTIONS } from '../../program/protocol.ts';
import { limitOf } from '../../program/usage-limit.ts';
import type { AgentProcess } from './agent-process.ts';
import { ConversationLost, failureText, isUnknownSession } from './failure.ts';
import type { Journal } from './journal.ts';
import {
  cursorQuestions,
  elicitation,
  initialized,
  type PermissionRequest,
  permissionRequest,
  promptResponse,
  type SessionStart,
  sessionNotification,
  sessionStart,
  type Update,
} from './messages.ts';
import { formQuestions, isAllowed, permissionQuestion, type RequestDesk } from './requests.ts';
import type { Screen } from './screen.ts';
import type { HostSettings } from './settings.ts';
import { UsageCount } from './usage.ts';

/** An agent that was handed a message and has neither answered nor left for this long has it, ms. */
const QUIET_ACCEPTANCE = 3_000;

/** A leading `/` or `!` is a command to many agents, with blanks before it too: behind a word it is part of a message. */
const asMessage = (text: string): string => (/^\s*[/!]/.test(text) ? `Message:\n${text}` : text);

/** One conversation over the protocol: messages in, what becomes of them out. */
export class Conversation {
  readonly #settings: HostSettings;
  readonly #journal: Journal;
  readonly #screen: Screen;
  readonly #desk: RequestDesk;
  readonly #connection: ClientConnection;
  readonly #usage: UsageCount;
  readonly #queue: string[] = [];
  readonly #shownTools = new Set<string>();
  #session = '';
  #model: string;
  #rules: string | null;
  #running = false;
  /** What the agent says since its last tool. */
  #speech = '';
  #sign: (() => void) | null = null;
  /** While an old conversation is read again, its updates are no news. */
  #replaying = false;

  constructor(
    settings: HostSettings,
    agent: AgentProcess,
    parts: { journal: Journal; screen: Screen; desk: RequestDesk },
  ) {
    this.#settings = settings;
    this.#journal = parts.journal;
    this.#screen = parts.screen;
    this.#desk = parts.desk;
    this.#usage = new UsageCount(parts.journal.formerUsage());
    this.#model = settings.model ?? settings.name;
    this.#rules = settings.rules.trim() === '' ? null : settings.rules;
    this.#connection = client({ name: 'ao' })
      .onNotification(
        methods.client.session.update,
        (value) => sessionNotification.safeParse(value).data ?? null,
        ({ params }) => {
          if (params !== null) this.#take(params.update);
        },
      )
      .onRequest(methods.client.session.requestPermission, permissionRequest, ({ params }) =>
        this.#permission(params),
      )
      .onRequest(methods.client.elicitation.create, elicitation, ({ params }) => this.#form(params))
      .onRequest('cursor/ask_question', cursorQuestions, ({ params }) =>
        this.#cursorQuestions(params),
      )
      .onRequest(
        'cursor/create_plan',
        (value) => value,
        () => ({ outcome: { outcome: 'accepted' } }),
      )
      .connect(agent.stream);
  }

  get running(): boolean {
    return this.#running;
  }

  /** Throws when there can be no conversation. */
  async open(): Promise<void> {
    const { agent } = this.#connection;
    const hello = initialized.parse(
      await agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: {
          fs: { readTextFile: false, writeTextFile: false },
          terminal: false,
          elicitation: { form: {} },
        },
        clientInfo: { name: 'ao', version: '1' },
      }),
    );
    if (this.#settings.auth !== null)
      await agent.request(methods.agent.authenticate, { methodId: this.#settings.auth });
    const started = await this.#start(hello);
    await this.#prepare(started);
    this.#journal.tell({ type: 'session', id: this.#session });
    this.#journal.tell({ type: 'ready' });
  }

  /** Takes a message; one after another. */
  say(text: string): void {
    this.#queue.push(text);
    if (!this.#running) void this.#work();
  }

  async cancel(): Promise<void> {
    if (!this.#running) return;
    this.#queue.length = 0;
    this.#desk.cancelAll();
    await this.#connection.agent.notify(methods.agent.session.cancel, { sessionId: this.#session });
  }

  async #start(hello: ReturnType<typeof initialized.parse>): Promise<SessionStart> {
    const { agent } = this.#connection;
    const { resume, cwd } = this.#settings;
    const can = hello.agentCapabilities;
    if (resume !== null) {
      if (can?.sessionCapabilities?.resume == null && can?.loadSession !== true)
        throw new ConversationLost();
      this.#session = resume;
      this.#rules = null;
      const method =
        can.sessionCapabilities?.resume != null
          ? methods.agent.session.resume
          : methods.agent.session.load;
      this.#replaying = true;
      try {
        return sessionStart.parse(
          await agent.request(method as string, { sessionId: resume, cwd, mcpServers: [] }),
        );
      } catch (error) {
        throw isUnknownSession(error) ? new ConversationLost() : error;
      } finally {
        this.#replaying = false;
      }
    }
    const started = sessionStart.parse(
      await agent.request(methods.agent.session.new as string, { cwd, mcpServers: [] }),
    );
    if (started?.sessionId === undefined) throw new Error('The agent named no conversation.');
    this.#session = started.sessionId;
    return started;
  }

  /** Mode and model. A mode that can't be had must not be taken for had. */
  async #prepare(started: SessionStart): Promise<void> {
    const { agent } = this.#connection;
    const { mode, model, chooseModel, name } = this.#settings;
    const option = (category: string) =>
      started?.configOptions?.find((one) => one.category === category || one.id === category);
    if (mode !== null && started?.modes?.currentModeId !== mode) {
      const known = started?.modes?.availableModes.some((one) => one.id === mode) === true;
      if (known)
        await agent.request(methods.agent.session.setMode, {
          sessionId: this.#session,
          modeId: mode,
        });
      else if (option('mode') !== undefined) await this.#setOption(option('mode')?.id ?? '', mode);
      else throw new Error(`${name} has no mode "${mode}" here.`);
    }
    const choice = option('model');
    const offered = started?.models ?? null;
    if (chooseModel && model !== null) {
      if (choice !== undefined) await this.#setOption(choice.id, model);
      else if (offered !== null)
        await agent.request('session/set_model', { sessionId: this.#session, modelId: model });
      else throw new Error(`${name} lets nobody choose a model here. Leave the model out.`);
    }
    const current =
      model ??
      (typeof choice?.currentValue === 'string' ? choice.currentValue : null) ??
      offered?.currentModelId ??
      null;
    if (current !== null) this.#model = current;
  }

  async #setOption(configId: string, value: string): Promise<void> {
    await this.#connection.agent.request(methods.agent.session.setConfigOption as string, {
      sessionId: this.#session,
      configId,
      value,
    });
  }

  async #work(): Promise<void> {
    this.#running = true;
    for (let text = this.#queue.shift(); text !== undefined; text = this.#queue.shift())
      await this.#turn(text);
    this.#running = false;
  }

  async #turn(text: string): Promise<void> {
    this.#screen.prompt(text);
    this.#speech = '';
    this.#journal.tell({ type: 'active' });
    this.#acceptAtFirstSign(text);
    const rules = this.#rules === null ? [] : [{ type: 'text', text: this.#rules }];
    this.#rules = null;
    const prompt = [...rules, { type: 'text', text: asMessage(text) }];
    try {
      const response = promptResponse.parse(
        await this.#connection.agent.request(methods.agent.session.prompt as string, {
          sessionId: this.#session,
          prompt,
        }),
      );
      this.#sign?.();
      this.#screen.flush();
      if (this.#usage.turn(response, this.#model)) this.#tellUsage();
      this.#end(response.stopReason);
    } catch (error) {
      this.#sign?.();
      this.#desk.cancelAll();
      this.#fail(failureText(error));
    }
  }

  /** The protocol has no receipt: the first update or the answer is one, and so is an agent that stays and works on it. */
  #acceptAtFirstSign(text: string): void {
    const timer = setTimeout(() => this.#sign?.(), QUIET_ACCEPTANCE);
    this.#sign = () => {
      clearTimeout(timer);
      this.#sign = null;
      this.#journal.accepted(text);
    };
  }

  #end(stopReason: string): void {
    const message = this.#speech.trim();
    if (stopReason === 'refusal') return this.#fail('The agent refused to continue.');
    const detail =
      stopReason === 'cancelled'
        ? 'interrupted'
        : stopReason === 'end_turn'
          ? undefined
          : `stopped: ${stopReason.replaceAll('_', ' ')}`;
    if (detail !== undefined) this.#screen.note(detail);
    this.#journal.tell({
      type: 'ready',
      ...(message === '' ? {} : { message }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  #fail(text: string): void {
    this.#screen.note(text);
    const limit = limitOf(text, Date.now());
    this.#journal.tell(
      limit === null
        ? { type: 'blocked', text }
        : { type: 'limited', text, resetAt: limit.resetAt },
    );
  }

  #take(update: Update): void {
    if (this.#replaying) {
      if (update.sessionUpdate === 'usage_update' && update.cost != null)
        this.#usage.costSoFar(update.cost.amount);
      return;
    }
    this.#sign?.();
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        if (update.content.type !== 'text' || !('text' in update.content)) return;
        this.#speech += update.content.text;
        return this.#screen.say(update.content.text);
      case 'tool_call':
      case 'tool_call_update':
        this.#speech = '';
        if (this.#shownTools.has(update.toolCallId) || update.title == null) return;
        this.#shownTools.add(update.toolCallId);
        this.#journal.tell({ type: 'tool', summary: update.title });
        return this.#screen.tool(update.title);
      case 'usage_update':
        if (update.cost?.currency !== 'USD') return;
        this.#usage.cost(update.cost.amount, this.#model);
        return this.#tellUsage();
      case 'agent_thought_chunk':
      case 'other':
        return;
    }
  }

  #tellUsage(): void {
    this.#journal.tell({ type: 'usage', models: [...this.#usage.models] });
  }

  async #permission(
    request: PermissionRequest,
  ): Promise<{ outcome: { outcome: 'cancelled' } | { outcome: 'selected'; optionId: string } }> {
    this.#sign?.();
    const allowOnce = request.options.find((option) => option.kind === 'allow_once');
    if (allowOnce !== undefined && isAllowed(request.toolCall, this.#settings))
      return { outcome: { outcome: 'selected', optionId: allowOnce.optionId } };
    const answer = await this.#desk.ask(permissionQuestion(request));
    this.#stillActive();
    return answer?.option == null
      ? { outcome: { outcome: 'cancelled' } }
      : { outcome: { outcome: 'selected', optionId: answer.option } };
  }

  async #form(
    form: Parameters<typeof formQuestions>[0],
  ): Promise<
    { action: 'accept'; content: Record<string, string | boolean> } | { action: 'cancel' }
  > {
    this.#sign?.();
    const content: Record<string, string | boolean> = {};
    for (const { field, question } of formQuestions(form)) {
      const answer = await this.#desk.ask(question);
      if (answer === null) return { action: 'cancel' };
      const value = answer.option ?? answer.text ?? '';
      content[field] =
        form.requestedSchema.properties[field]?.type === 'boolean' ? value === 'true' : value;
    }
    this.#stillActive();
    return { action: 'accept', content };
  }

  async #cursorQuestions({
    title,
    questions,
  }: ReturnType<typeof cursorQuestions.parse>): Promise<object> {
    this.#sign?.();
    const answers: Array<{ questionId: string; selectedOptionIds: string[] }> = [];
    for (const { id, prompt, options } of questions) {
      const choices = options
        .slice(0, MOST_OPTIONS)
        .map((option) => ({ ...option, style: 'plain' as const }));
      const answer = await this.#desk.ask({
        kind: 'question',
        title: prompt,
        text: title ?? '',
        options: choices,
        freeText: false,
      });
      if (answer?.option == null) return { outcome: { outcome: 'cancelled' } };
      answers.push({ questionId: id, selectedOptionIds: [answer.option] });
    }
    this.#stillActive();
    return { outcome: { outcome: 'answered', answers } };
  }

  #stillActive(): void {
    if (this.#desk.open === null && this.#running) this.#journal.tell({ type: 'active' });
  }
}
