/** Plays Codex 0.169 as it was observed: rollout, command hooks, input and approval dialogs. The prompt is the script. */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { nextStep, type Step } from '../models/script.ts';
import { FAKE_TOKENS } from '../models/usage.ts';
import { drawScreen, readTerminal, wrap } from './fake-terminal.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    config: { type: 'string', short: 'c', multiple: true },
    model: { type: 'string', short: 'm' },
    sandbox: { type: 'string', short: 's' },
    'ask-for-approval': { type: 'string', short: 'a' },
    'add-dir': { type: 'string' },
    'no-daemon': { type: 'boolean' },
    'dangerously-bypass-approvals-and-sandbox': { type: 'boolean' },
    'dangerously-bypass-hook-trust': { type: 'boolean' },
  },
});
if (values.version === true) {
  console.log('codex-cli 0.171.0');
  process.exit(0);
}
const [command, resumed] = positionals[0] === 'resume' ? positionals : [];
const firstPrompt = command === undefined ? positionals[0] : positionals[2];
const sessions = join(process.env.CODEX_HOME ?? join(process.env.HOME ?? '', '.codex'), 'sessions');
const thread = resumed ?? randomUUID();
const rollout =
  findRollout() ??
  join(
    sessions,
    ...today(),
    `rollout-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}-${thread}.jsonl`,
  );
if (resumed !== undefined && !existsSync(rollout))
  fail(`No saved session found with ID ${resumed}`);
if (
  !(values.config ?? []).some((entry) => entry.startsWith('projects=') && entry.includes('trusted'))
)
  fail('Do you trust this folder?');
if (values['dangerously-bypass-hook-trust'] !== true) fail('Do you trust these hooks?');

interface Question {
  readonly id: string;
  readonly question: string;
  readonly options: ReadonlyArray<{ readonly label: string; readonly description?: string }>;
}
/** Codex' own questions: one at a time, a digit chooses and goes on, Tab opens notes for the marked choice. */
interface QuestionDialog {
  readonly asked: readonly Question[];
  readonly answers: Map<string, readonly string[]>;
  readonly done: () => void;
  at: number;
  marked: number;
  notes: string | null;
}
const NONE = 'None of the above';

const said: string[] = [];
const queue: string[] = [];
let input = '';
/** One is shown at a time. */
const dialogs: Array<{
  readonly words: readonly string[];
  readonly choose: (option: number) => void;
}> = [];
let questions: QuestionDialog | null = null;
let turn: AbortController | null = null;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Folders are named by the machine's calendar. */
function today(): string[] {
  const date = new Date();
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) =>
    String(part).padStart(2, '0'),
  );
}

function findRollout(): string | null {
  if (!existsSync(sessions)) return null;
  const name = readdirSync(sessions, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`-${thread}.jsonl`),
  );
  return name === undefined ? null : join(sessions, name);
}

function record(type: string, payload: object): void {
  mkdirSync(dirname(rollout), { recursive: true });
  appendFileSync(
    rollout,
    `${JSON.stringify({ timestamp: new Date().toISOString(), type, payload })}\n`,
  );
}

const event = (type: string, fields: object = {}): void => record('event_msg', { type, ...fields });

/** Runs the configured command with the payload on its standard input, as Codex does, and waits for it. */
/** What it answered; '' when nobody listens. */
async function hook(name: string, fields: object): Promise<string> {
  const entry = (values.config ?? []).find((one) => one.startsWith(`hooks.${name}=`));
  const line = /command=("(?:[^"\\]|\\.)*")/.exec(entry ?? '')?.[1];
  if (line === undefined) return '';
  const child = spawn('sh', ['-c', JSON.parse(line) as string], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.end(
    JSON.stringify({
      session_id: thread,
      transcript_path: rollout,
      cwd: process.cwd(),
      hook_event_name: name,
      ...fields,
    }),
  );
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await new Promise((done) => child.on('close', done));
  return said;
}

function draw(): void {
  const [dialog] = dialogs;
  if (dialog !== undefined) {
    return drawScreen([
      ...said,
      '',
      ...dialog.words,
      '',
      '› 1. Yes, proceed (y)',
      "  2. Yes, and don't ask again for commands like it (p)",
      '  3. No, and tell Codex what to do differently (esc)',
      '',
      '  Press enter to confirm or esc to cancel',
    ]);
  }
  if (questions !== null) return drawQuestion(questions);
  const shown =
    input === ''
      ? ['Ask Codex to do anything']
      : input.length > 1000
        ? [`[Pasted Content ${input.length} chars]`]
        : wrap(input, 90);
  drawScreen([
    ...said,
    '',
    ...shown.map((line, index) => `${index === 0 ? '› ' : '  '}${line}`),
    '',
    '  fake-model · ? for shortcuts',
  ]);
}

function drawQuestion({ asked, answers, at, marked, notes }: QuestionDialog): void {
  const question = asked[at];
  if (question === undefined) return;
  const choices = [
    ...question.options,
    { label: NONE, description: 'Optionally, add details in notes (tab)' },
  ];
  drawScreen([
    ...said,
    '',
    `  Question ${at + 1}/${asked.length} (${asked.length - answers.size} unanswered)`,
    `  ${question.question}`,
    '',
    ...choices.map(
      ({ label, description }, index) =>
        `  ${index === marked ? '›' : ' '} ${index + 1}. ${label.padEnd(20)}${description ?? ''}`,
    ),
    '',
    ...(notes === null
      ? []
      : (notes === '' ? 'Add notes' : notes)
          .split('\n')
          .map((line, index) => `  ${index === 0 ? '› ' : '  '}${line}`)),
    notes !== null
      ? '  tab or esc to clear notes | enter to submit answer'
      : `  tab to add notes | enter to submit ${at + 1 < asked.length ? 'answer' : 'all'} | ←/→ to navigate questions | esc to interrupt`,
  ]);
}

function questionKey(open: QuestionDialog, name: string): void {
  const question = open.asked[open.at];
  if (question === undefined) return;
  if (open.notes !== null && name !== 'Enter') {
    open.notes = name === 'Tab' || name === 'Escape' ? null : open.notes + name;
    return;
  }
  if (name === 'Escape') return turn?.abort();
  if (name === 'Tab') open.notes = '';
  else if (name === 'Down') open.marked = Math.min(open.marked + 1, question.options.length);
  else if (name === 'Up') open.marked = Math.max(open.marked - 1, 0);
  else if (name === 'Left') open.at = Math.max(open.at - 1, 0);
  else if (name === 'Right') open.at = Math.min(open.at + 1, open.asked.length - 1);
  else if (name === 'Enter') answerQuestion(open, question, open.marked);
  else if (/^[1-9]$/.test(name) && Number(name) <= question.options.length + 1)
    answerQuestion(open, question, Number(name) - 1);
}

function answerQuestion(open: QuestionDialog, question: Question, choice: number): void {
  open.answers.set(question.id, [
    question.options[choice]?.label ?? NONE,
    ...(open.notes === null ? [] : [`user_note: ${open.notes}`]),
  ]);
  open.notes = null;
  open.marked = 0;
  if (open.at + 1 < open.asked.length) open.at += 1;
  else open.done();
}

/** A sub-agent is a thread with a rollout of its own; its hooks are told like those of the conversation. */
async function spawnAgent(): Promise<void> {
  const id = randomUUID();
  const path = join(
    dirname(rollout),
    `rollout-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`,
  );
  const usage = {
    input_tokens: FAKE_TOKENS.input,
    cached_input_tokens: FAKE_TOKENS.cached,
    output_tokens: FAKE_TOKENS.output,
  };
  const write = (type: string, payload: object): void =>
    appendFileSync(
      path,
      `${JSON.stringify({ timestamp: new Date().toISOString(), type, payload })}\n`,
    );
  write('session_meta', { id, session_id: thread, parent_thread_id: thread, cwd: process.cwd() });
  write('turn_context', { model: values.model ?? 'gpt-5.1-codex' });
  await hook('UserPromptSubmit', { prompt: 'sub', session_id: id, transcript_path: path });
  write('token_usage_record', { response_id: randomUUID(), usage });
  record('response_item', {
    type: 'function_call_output',
    call_id: `call_${randomUUID()}`,
    output: JSON.stringify({ agent_id: id, nickname: 'Tesla' }),
  });
}

async function askQuestions(
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const call = `call_${randomUUID()}`;
  record('response_item', {
    type: 'function_call',
    name: 'request_user_input',
    arguments: JSON.stringify(input),
    call_id: call,
  });
  const answers = new Map<string, readonly string[]>();
  try {
    await new Promise<void>((done, reject) => {
      signal.addEventListener('abort', () => reject(new Error('interrupted')));
      questions = {
        asked: input.questions as readonly Question[],
        answers,
        done,
        at: 0,
        marked: 0,
        notes: null,
      };
      draw();
    });
  } finally {
    questions = null;
  }
  const output = {
    answers: Object.fromEntries([...answers].map(([id, given]) => [id, { answers: given }])),
  };
  record('response_item', {
    type: 'function_call_output',
    call_id: call,
    output: JSON.stringify(output),
  });
}

async function submit(text: string): Promise<void> {
  if (/^\/\w+$/.test(text))
    return text === '/quit' || text === '/exit' ? process.exit(0) : undefined;
  if (text.startsWith('!')) return void (await promisify(execFile)('sh', ['-c', text.slice(1)]));
  if (turn !== null) return void queue.push(text.trim());
  if (!existsSync(rollout)) {
    record('session_meta', { id: thread, cwd: process.cwd() });
    await hook('SessionStart', { source: 'startup' });
  }
  await runTurn(text.trim());
}

async function runTurn(text: string): Promise<void> {
  turn = new AbortController();
  event('task_started');
  await take(text);
  record('turn_context', { model: values.model ?? 'gpt-5.1-codex' });
  try {
    event('task_complete', await runScript(text, turn.signal));
  } catch (error) {
    if (!turn.signal.aborted) throw error;
    event('turn_aborted', { reason: 'interrupted' });
    said.push('■ Conversation interrupted');
  }
  dialogs.length = 0;
  turn = null;
  draw();
  const next = queue.shift();
  if (next !== undefined) await runTurn(next);
}

async function take(text: string): Promise<void> {
  await hook('UserPromptSubmit', { prompt: text });
  said.push(`› ${text}`);
  event('item_completed', { item: { type: 'UserMessage', content: [{ type: 'text', text }] } });
  draw();
}

async function runScript(first: string, signal: AbortSignal): Promise<object> {
  let script = first;
  for (let results = 0; ; results += 1) {
    const step = nextStep(script, results);
    await pause(step.sleep, signal);
    if (step.type === 'error')
      return {
        last_agent_message: null,
        error: {
          message: JSON.stringify({ error: { message: step.message } }),
          codex_error_info: 'other',
        },
      };
    if (step.type === 'limit')
      return {
        last_agent_message: null,
        error: {
          message: `You’ve hit your usage limit. Try again at ${clockTime(step.resetAt)}.`,
          codex_error_info: 'usage_limit_exceeded',
        },
      };
    record('token_usage_record', {
      response_id: randomUUID(),
      usage: {
        input_tokens: FAKE_TOKENS.input,
        cached_input_tokens: FAKE_TOKENS.cached,
        output_tokens: FAKE_TOKENS.output,
      },
    });
    if (step.type === 'say') {
      said.push(`• ${step.text}`);
      return { last_agent_message: step.text };
    }
    const calls = step.also === undefined ? [step] : [step, step.also];
    await Promise.all(calls.map((call) => useTool(call, signal)));
    results += calls.length - 1;
    // A message sent meanwhile goes to the model with the tool's result.
    const steer = queue.shift();
    if (steer === undefined) continue;
    await take(steer);
    script = steer;
    results = -1;
  }
}

async function useTool(
  step: Extract<Step, { type: 'run' | 'write' | 'tool' }>,
  signal: AbortSignal,
): Promise<void> {
  if (step.type === 'write') {
    writeFileSync(step.path, step.content);
    return event('item_completed', { item: { type: 'FileChange' } });
  }
  if (step.type === 'tool' && step.name.endsWith('/spawn_agent')) return spawnAgent();
  if (step.type === 'tool' && step.name === 'request_user_input')
    return askQuestions(step.input, signal);
  const command = step.type === 'run' ? step.command : String(step.input.cmd);
  const patch = /^apply_patch <<'EOF'\n([\s\S]*)\nEOF$/.exec(command)?.[1];
  if (patch !== undefined) return applyPatch(patch, signal);
  if (step.type === 'tool' && step.input.sandbox_permissions === 'require_escalated') {
    const lines = wrap(command, 90);
    const cut =
      lines.length > 30
        ? [...lines.slice(0, 29), `[… ${lines.length - 29} lines] ^a view all`]
        : lines;
    const words = [
      '  Would you like to run the following command?',
      '',
      ...cut.map((line, index) => `  ${index === 0 ? '$ ' : ''}${line}`),
    ];
    await ask({ tool: 'Bash', input: { command, description: 'may I' }, words }, signal);
  }
  said.push(`• Ran ${command}`);
  await promisify(execFile)('sh', ['-c', command]);
  event('item_completed', {
    item: { type: 'CommandExecution', command: ['/bin/bash', '-lc', command] },
  });
}

/** A patch that adds one file. */
async function applyPatch(patch: string, signal: AbortSignal): Promise<void> {
  const [, file = '', content = ''] = /^\*\*\* Add File: (.+)\n\+(.*)$/m.exec(patch) ?? [];
  const words = [
    '  Would you like to make the following edits?',
    '',
    '  Description: Apply proposed file edits',
    `  Destination: ${join(process.cwd(), file)}`,
  ];
  await ask({ tool: 'apply_patch', input: { command: patch }, words }, signal);
  writeFileSync(file, `${content}\n`);
  event('item_completed', { item: { type: 'FileChange' } });
}

/** No dialog while the hook runs; "No" ends the turn. */
async function ask(
  asked: { readonly tool: string; readonly input: object; readonly words: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const decided = await hook('PermissionRequest', {
    tool_name: asked.tool,
    tool_input: asked.input,
  });
  if (decided.includes('"behavior":"allow"')) return;
  const allowed = await new Promise<boolean>((choose, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')));
    dialogs.push({ words: asked.words, choose: (option) => choose(option < 2) });
    draw();
  });
  dialogs.shift();
  draw();
  if (allowed) return;
  turn?.abort();
  throw new Error('denied');
}

function clockTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toLocaleTimeString('en-US', {
    hour: 'numeric',
    minute: '2-digit',
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((done, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('interrupted'));
    });
  });
}

function key(name: string): void {
  const [dialog] = dialogs;
  if (questions !== null) questionKey(questions, name);
  else if (dialog !== undefined && name === 'Enter') dialog.choose(0);
  else if (dialog !== undefined && /^[1-3]$/.test(name)) dialog.choose(Number(name) - 1);
  else if (name === 'Escape') turn?.abort();
  else if (dialog !== undefined) return;
  else if (name === 'C-c' && input === '') process.exit(0);
  else if (name === 'C-c') input = '';
  else if (name !== 'Enter') input += name;
  else {
    const text = input.trimEnd();
    input = '';
    if (text !== '') void submit(text);
  }
  draw();
}

readTerminal({
  key,
  paste(text) {
    if (dialogs.length > 0) return;
    if (questions !== null) {
      if (questions.notes !== null) questions.notes += text;
      return draw();
    }
    input += text;
    draw();
  },
});
draw();
if (firstPrompt !== undefined) void submit(firstPrompt);
