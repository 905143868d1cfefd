/**
 * Plays Claude Code (2.1.329 to 2.1.332) as it was observed: status file, transcript, HTTP hooks, input and dialogs. The prompt is
 * the script (`test/fakes/models/script.ts`), so it needs no model.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { nextStep, type Step } from '../models/script.ts';
import { FAKE_USAGE } from '../models/usage.ts';
import { drawScreen, readTerminal, wrap } from './fake-terminal.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    'session-id': { type: 'string' },
    resume: { type: 'string' },
    settings: { type: 'string' },
    model: { type: 'string' },
    'permission-mode': { type: 'string' },
    'dangerously-skip-permissions': { type: 'boolean' },
    'append-system-prompt': { type: 'string' },
    'append-system-prompt-file': { type: 'string' },
  },
});
if (values.version === true) {
  console.log('2.1.332 (Claude Code)');
  process.exit(0);
}

const configDir = process.env.CLAUDE_CONFIG_DIR ?? join(process.env.HOME ?? '', '.claude');
const sessionId = values.resume ?? values['session-id'] ?? randomUUID();
const transcript = join(
  configDir,
  'projects',
  process.cwd().replace(/[^A-Za-z0-9]/g, '-'),
  `${sessionId}.jsonl`,
);
if (values.resume === undefined && existsSync(transcript))
  fail(`Error: Session ID ${sessionId} is already in use.`);
if (values.resume !== undefined && !existsSync(transcript))
  fail(`No conversation found with session ID: ${sessionId}`);
if (process.env.CLAUDE_CODE_SANDBOXED !== '1')
  fail('Quick safety check: do you trust this folder?');
if (
  values['dangerously-skip-permissions'] === true &&
  process.env.IS_SANDBOX !== '1' &&
  process.getuid?.() === 0
)
  fail('--dangerously-skip-permissions cannot be used with root/sudo privileges');
const settings = JSON.parse(readFileSync(values.settings ?? '/dev/null', 'utf8')) as {
  hooks: Record<string, Array<{ hooks: Array<{ url: string; headers?: Record<string, string> }> }>>;
  autoContinueAtUsageLimit?: boolean;
};
const statusFile = join(configDir, 'sessions', `${process.pid}.json`);
const asks = values['dangerously-skip-permissions'] !== true;

interface Dialog {
  readonly title: string;
  readonly options: readonly string[];
  readonly choose: (option: number) => void;
}
/** A longer input shows its end only. */
const INPUT_ROWS = 14;
const model = values.model ?? 'claude-sonnet-4-5';
const said: string[] = [];
const queue: string[] = [];
let input = '';
let stash: string | null = null;
let dialog: Dialog | null = null;
let plan = '';
let turn: AbortController | null = null;
let status = 'idle';
/** When the usage limit that ended the turn resets, in words. */
let limit: string | null = null;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function setStatus(next: string, waitingFor?: string): void {
  status = next;
  mkdirSync(dirname(statusFile), { recursive: true });
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(
    statusFile,
    JSON.stringify({
      pid: process.pid,
      sessionId,
      cwd: process.cwd(),
      procStart,
      kind: 'interactive',
      status,
      waitingFor,
      statusUpdatedAt: Date.now(),
    }),
  );
  draw();
}

function record(entry: Record<string, unknown>): void {
  mkdirSync(dirname(transcript), { recursive: true });
  appendFileSync(
    transcript,
    `${JSON.stringify({ isSidechain: false, sessionId, timestamp: new Date().toISOString(), ...entry })}\n`,
  );
}

function recordAnswer(content: ReadonlyArray<Record<string, unknown>>, stop: string): void {
  // One line per block, all with the same id and usage, as the program writes them.
  const id = `msg_${randomUUID()}`;
  for (const block of content)
    record({
      type: 'assistant',
      message: {
        id,
        model,
        role: 'assistant',
        content: [block],
        stop_reason: stop,
        usage: FAKE_USAGE,
      },
    });
}

/** The answer of the hook, or null when nobody listens. */
async function hook(event: string, fields: object): Promise<Record<string, unknown> | null> {
  const configured = settings.hooks[event]?.[0]?.hooks[0];
  if (configured === undefined) return null;
  const { url, headers } = configured;
  const body = {
    session_id: sessionId,
    transcript_path: transcript,
    cwd: process.cwd(),
    hook_event_name: event,
    ...fields,
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) return null;
    return (await response.json()) as Record<string, unknown>;
  } catch {
    // The bot is down; the program goes on without its hooks.
    return null;
  }
}

function draw(): void {
  const rule = '─'.repeat(100);
  if (dialog !== null)
    return drawScreen([
      ...said,
      rule,
      ...dialog.title.split('\n'),
      '',
      ...dialog.options.map(
        (option, index) => `${index === 0 ? ' ❯' : '  '} ${index + 1}. ${option}`,
      ),
    ]);
  const whole = wrap(input, 90).map((line, index) => (index === 0 ? `❯ ${line}` : `  ${line}`));
  const hidden = Math.max(0, whole.length - INPUT_ROWS);
  return drawScreen([
    ...said,
    '',
    hidden === 0 ? rule : `─── ↑ ${hidden} more ${rule.slice(20)}`,
    ...whole.slice(hidden),
    rule,
    turn === null ? '  ? for shortcuts' : '  esc to interrupt',
  ]);
}

async function submit(text: string): Promise<void> {
  const typed = text.trim();
  if (['exit', 'quit', ':q'].includes(typed)) return quit();
  if (/^[\s\p{Cf}]*\/[^\s/]+(\s|$)/u.test(text)) {
    said.push(`Unknown command: ${typed.split(/\s/)[0]}`);
    return draw();
  }
  if (text.startsWith('!')) {
    await promisify(execFile)('sh', ['-c', text.slice(1)]);
    return draw();
  }
  await hook('UserPromptSubmit', { prompt: text });
  if (turn !== null) {
    queue.push(text);
    record({ type: 'queue-operation', operation: 'enqueue', content: text });
    return;
  }
  await runTurns(text);
}

async function runTurns(first: string): Promise<void> {
  for (let text: string | undefined = first; text !== undefined; text = queue.shift()) {
    turn = new AbortController();
    said.push(`❯ ${text}`);
    record({ type: 'user', message: { role: 'user', content: text } });
    setStatus('busy');
    const before = said.length;
    try {
      await runTurn(text, turn.signal);
    } catch (error) {
      if (!turn.signal.aborted) throw error;
      if (said.length > before)
        record({
          type: 'user',
          message: {
            role: 'user',
            content: [{ type: 'text', text: '[Request interrupted by user]' }],
          },
        });
      // Interrupted before the first word: the prompt goes back into the input, and nothing is written about it.
      else input = text;
    }
    dialog = null;
    turn = null;
    setStatus('idle');
    if (limit !== null) askAboutLimit(limit);
  }
}

/** Without its own "continue automatically" the program asks, a moment after the turn. */
function askAboutLimit(resets: string): void {
  limit = null;
  if (settings.autoContinueAtUsageLimit !== false) return;
  dialog = {
    title: 'What do you want to do?',
    options: [
      'Stop and wait for limit to reset',
      `Wait here, then continue automatically at ${resets}`,
      'Upgrade your plan',
    ],
    choose: (option) => {
      if (option !== 0) return;
      dialog = null;
      setStatus('idle');
    },
  };
  setStatus('waiting', 'dialog open');
}

async function runTurn(script: string, signal: AbortSignal): Promise<void> {
  for (let results = 0; ; results += 1) {
    const step = nextStep(script, results);
    await pause(step.sleep, signal);
    if (step.type === 'say') {
      said.push(`● ${step.text}`);
      recordAnswer([{ type: 'text', text: step.text }], 'end_turn');
      await hook('Stop', { stop_hook_active: false, last_assistant_message: step.text });
      return record({ type: 'system', subtype: 'turn_duration' });
    }
    if (step.type === 'error' || step.type === 'limit') return failTurn(step);
    await useTool(step, signal);
  }
}

async function failTurn(step: Extract<Step, { type: 'error' | 'limit' }>): Promise<void> {
  const text =
    step.type === 'error'
      ? `API Error: ${step.status} ${step.message}`
      : `You've hit your ${LIMITS[step.of] ?? 'usage'} limit · resets ${clockTime(step.resetAt)} (UTC)`;
  if (step.type === 'limit') limit = clockTime(step.resetAt);
  const error = step.type === 'error' ? 'unknown' : 'rate_limit';
  said.push(`● ${text}`);
  record({
    type: 'assistant',
    isApiErrorMessage: true,
    error,
    message: {
      id: randomUUID(),
      model: '<synthetic>',
      content: [{ type: 'text', text }],
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  });
  await hook('StopFailure', { error, last_assistant_message: text });
}

const LIMITS: Readonly<Record<string, string>> = {
  five_hour: '5-hour',
  seven_day: 'weekly',
  seven_day_opus: 'Opus',
  seven_day_sonnet: 'Sonnet',
};

function clockTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000)
    .toLocaleTimeString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' })
    .replace(' ', '')
    .toLowerCase();
}

async function useTool(
  step: Extract<Step, { type: 'run' | 'write' | 'tool' }>,
  signal: AbortSignal,
): Promise<void> {
  // In plan mode it may write the file of its plan, and nothing else.
  if (step.type === 'write' && step.path === '@plan') {
    plan = step.content;
    return record({
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', content: 'done', is_error: false }],
      },
    });
  }
  const [name, toolInput] =
    step.type === 'run'
      ? (['Bash', { command: step.command }] as const)
      : step.type === 'write'
        ? (['Write', { file_path: resolve(step.path), content: step.content }] as const)
        : ([
            step.name,
            step.name === 'ExitPlanMode' ? { plan, planFilePath: '/plans/plan.md' } : step.input,
          ] as const);
  recordAnswer(
    [
      { type: 'text', text: 'Running.' },
      { type: 'tool_use', id: randomUUID(), name, input: toolInput },
    ],
    'tool_use',
  );
  said.push(`● ${name}`);
  const free =
    name !== 'AskUserQuestion' &&
    (!asks || (step.type === 'run' && step.command.startsWith('echo ')));
  const allowed = free || (await ask(name, toolInput, signal));
  let result = 'rejected';
  if (name === 'Agent') runSubagent(String(toolInput.prompt));
  if (allowed && step.type === 'write') writeFileSync(step.path, step.content);
  if (allowed)
    result =
      step.type === 'run'
        ? (await promisify(execFile)('sh', ['-c', step.command], { signal })).stdout
        : 'done';
  record({
    type: 'user',
    message: {
      role: 'user',
      content: [{ type: 'tool_result', content: result, is_error: !allowed }],
    },
  });
}

/** A sub-agent's conversation is a file of its own beside the transcript. */
function runSubagent(prompt: string): void {
  const file = join(transcript.replace(/\.jsonl$/, ''), 'subagents', `agent-${randomUUID()}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  const entry = { isSidechain: true, sessionId, timestamp: new Date().toISOString() };
  appendFileSync(
    file,
    `${JSON.stringify({ ...entry, type: 'user', message: { content: prompt } })}\n`,
  );
  appendFileSync(
    file,
    `${JSON.stringify({ ...entry, type: 'assistant', message: { id: `msg_${randomUUID()}`, model, content: [{ type: 'text', text: 'sub' }], usage: FAKE_USAGE } })}\n`,
  );
}

/** The dialog in the terminal and the hook are asked at once; the first answer counts. */
async function ask(
  name: string,
  toolInput: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<boolean> {
  const question = (
    toolInput.questions as
      | ReadonlyArray<{
          question: string;
          multiSelect?: boolean;
          options: ReadonlyArray<{ label: string }>;
        }>
      | undefined
  )?.[0];
  const isPlan = name === 'ExitPlanMode';
  const byKey = new Promise<boolean>((decide) => {
    dialog = isPlan
      ? {
          title: `Ready to code?\n Here is Claude's plan:\n ${plan.replace(/^#+ /, '')}\nWould you like to proceed?`,
          options: [
            'Yes, auto-accept edits',
            'Yes, manually approve edits',
            'Tell Claude what to change',
          ],
          choose: (option) => option < 2 && decide(true),
        }
      : question === undefined
        ? {
            title: `${name} command\n ${String(toolInput.command ?? toolInput.file_path)}\nDo you want to proceed?`,
            options: ['Yes', "Yes, and don't ask again", 'No'],
            choose: (option) => decide(option < 2),
          }
        : {
            title: question.question,
            options: [
              ...question.options.map(
                (option) => `${question.multiSelect === true ? '[ ] ' : ''}${option.label}`,
              ),
              'Type something.',
            ],
            choose: (option) => decide(option >= 0),
          };
    setTimeout(
      () =>
        status === 'busy' &&
        dialog !== null &&
        setStatus('waiting', question === undefined ? 'permission prompt' : 'input needed'),
      20,
    );
  });
  const byHook = hook('PermissionRequest', {
    tool_name: name,
    tool_input: toolInput,
    permission_suggestions: [
      {
        type: 'addRules',
        rules: [{ toolName: name, ruleContent: String(toolInput.command ?? '') }],
        behavior: 'allow',
        destination: 'localSettings',
      },
    ],
  }).then((answer) => {
    const decision = (
      answer?.hookSpecificOutput as
        | { decision?: { behavior?: string; updatedInput?: object } }
        | undefined
    )?.decision;
    // A plan is not approved by a word alone.
    if (
      decision === undefined ||
      (isPlan && decision.behavior === 'allow' && decision.updatedInput === undefined)
    )
      return byKey;
    return decision.behavior === 'allow';
  });
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted'))),
  );
  const allowed = await Promise.race([byKey, byHook, aborted]);
  dialog = null;
  setStatus('busy');
  return allowed;
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

async function quit(): Promise<void> {
  await hook('SessionEnd', { reason: 'prompt_input_exit' });
  rmSync(statusFile, { force: true });
  process.exit(0);
}

function key(name: string): void {
  if (dialog !== null) {
    if (name === 'Enter') dialog.choose(0);
    else if (/^[1-9]$/.test(name)) dialog.choose(Number(name) - 1);
    else if (name === 'Escape') turn?.abort();
    return;
  }
  if (name === 'Escape') turn?.abort();
  else if (name === 'C-c') input = '';
  else if (name === 'C-s')
    [stash, input] = [input === '' ? null : input, input === '' ? (stash ?? '') : ''];
  else if (name !== 'Enter') input += name;
  else if (input.endsWith('\\')) input = `${input.slice(0, -1)}\n`;
  else return send();
  draw();
}

function send(): void {
  const text = input.replace(/\s+$/, '');
  input = stash ?? '';
  stash = null;
  if (text !== '') void submit(text);
}

/** Large pastes are folded and reach the model wrapped in tags. */
function paste(text: string): void {
  if (dialog !== null) return;
  const folded = text.length > 800 || text.split('\n').length > 3;
  input += folded
    ? `\n\n<pasted_content id="8847">\n${text}\n</pasted_content id="8847">\n`
    : text.replaceAll('\t', '    ');
  draw();
}

process.on('SIGHUP', () => void quit());
readTerminal({ paste, key });
setStatus('idle');
if (positionals[0] !== undefined) void submit(positionals[0]);
