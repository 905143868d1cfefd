/**
 * Plays aider's terminal as its documentation and its history files describe it: one prompt, a Markdown history, notifications, yes-no
 * questions. The message is the script (`test/fakes/models/script.ts`), so it needs no model.
 */
import { execFileSync, execSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nextStep, type Step } from '../models/script.ts';
import { drawScreen, readTerminal } from './fake-terminal.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    version: flag,
    'no-check-update': flag,
    'no-show-release-notes': flag,
    'no-show-model-warnings': flag,
    'analytics-disable': flag,
    'no-gitignore': flag,
    'no-detect-urls': flag,
    'no-pretty': flag,
    'restore-chat-history': flag,
    notifications: flag,
    'chat-history-file': word,
    'input-history-file': word,
    'notifications-command': word,
    read: word,
    model: word,
    'chat-mode': word,
  },
});
if (values.version === true) {
  console.log('aider 0.86.1');
  process.exit(0);
}

const history = values['chat-history-file'] ?? '.aider.chat.history.md';
const prompt = values['chat-mode'] === undefined ? '> ' : `${values['chat-mode']}> `;
const shown: string[] = ['Aider v0.86.1'];
let input = '';
let bell = false;
let turn: AbortController | null = null;
let question: { readonly line: string; readonly settle: (key: string) => void } | null = null;

appendFileSync(history, '\n# aider chat started at 2026-03-03 09:00:00\n\n');
if (values['restore-chat-history'] === true && readFileSync(history, 'utf8').includes('####'))
  shown.push('Restored previous conversation history.');

const tell = (line: string): void => {
  shown.push(line);
  appendFileSync(history, `> ${line}  \n`);
};

function draw(): void {
  drawScreen([
    ...shown,
    ...(question !== null
      ? [question.line + input]
      : ['', turn === null ? prompt + input : '░█ Waiting for the model']),
  ]);
}

/** Only after the model was at work. */
function waits(): void {
  if (bell && values['notifications-command'] !== undefined)
    execSync(values['notifications-command']);
  bell = false;
  draw();
}

function confirm(subject: string, words: string): Promise<string> {
  shown.push('', subject);
  return new Promise((resolve) => {
    question = {
      line: `${words} (Y)es/(N)o/(D)on't ask again [Yes]: `,
      settle(key) {
        question = null;
        tell(`${words} (Y)es/(N)o/(D)on't ask again [Yes]: ${key}`);
        resolve(key);
      },
    };
    waits();
  });
}

async function take(text: string): Promise<void> {
  if (/^[/!]/.test(text)) {
    if (text.startsWith('/exit')) process.exit(0);
    if (text.startsWith('!')) execFileSync('sh', ['-c', text.slice(1)]);
    return draw();
  }
  appendFileSync(
    history,
    `\n${text
      .split('\n')
      .map((line) => `#### ${line}`)
      .join('  \n')}  \n`,
  );
  shown.push('', ...text.split('\n').slice(0, 3));
  turn = new AbortController();
  bell = true;
  draw();
  try {
    await runScript(text, turn.signal);
  } catch (error) {
    if (!turn.signal.aborted) tell(`litellm.BadRequestError: ${(error as Error).message}`);
    else tell('^C again to exit');
  }
  turn = null;
  waits();
}

async function runScript(script: string, signal: AbortSignal): Promise<void> {
  for (let results = 0; ; results += 1) {
    const step = nextStep(script, results);
    await pause(step.sleep, signal);
    if (step.type === 'error') throw new Error(step.message);
    if (step.type === 'limit')
      throw new Error(
        'You exceeded your current quota, please check your plan and billing details.',
      );
    if (step.type === 'say') {
      shown.push('', step.text);
      appendFileSync(history, `\n${step.text}\n\n`);
      tell('Tokens: 100 sent, 50 received. Cost: $0.0050 message, $0.0050 session.');
      return draw();
    }
    await useTool(step);
    tell('Tokens: 100 sent, 50 received. Cost: $0.0050 message, $0.0050 session.');
  }
}

async function useTool(step: Exclude<Step, { type: 'say' | 'error' | 'limit' }>): Promise<void> {
  if (step.type === 'write') {
    if (values['chat-mode'] === 'ask') return;
    writeFileSync(step.path, step.content);
    tell(`Applied edit to ${step.path}`);
    execFileSync('git', ['add', step.path]);
    execFileSync('git', ['commit', '-qm', `feat: write ${step.path}`]);
    tell(`Commit 1234567 feat: write ${step.path}`);
  }
  if (step.type === 'run' && (await confirm(step.command, 'Run shell command?')) === 'y') {
    tell(`Running ${step.command}`);
    execFileSync('sh', ['-c', step.command], { stdio: 'ignore' });
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('interrupted'));
    });
  });

readTerminal({
  paste(text) {
    input += text;
    draw();
  },
  key(name) {
    if (name === 'C-c') {
      if (turn === null) process.exit(0);
      turn.abort();
    } else if (name === 'Enter') {
      const line = input;
      input = '';
      if (question !== null) question.settle((line.trim()[0] ?? 'y').toLowerCase());
      else if (turn === null && line.trim() !== '') void take(line);
      else draw();
    } else if (name.length === 1) {
      input += name;
      draw();
    }
  },
});
draw();
