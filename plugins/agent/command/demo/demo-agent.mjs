#!/usr/bin/env node
// The demo agent of ao: a script, not an AI. It knows the three issues of the sample project and plays an agent's work on them for
// real: it edits, tests, commits and opens a pull request, makes a mistake, repairs it, and answers what people ask for.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openJournal } from './parts/journal.mjs';
import { messageKind } from './parts/message-kind.mjs';
import { bold, dim, green, readInput, say, step, yellow } from './parts/screen.mjs';
import { findTask, TASKS } from './parts/tasks.mjs';
import { commit, edit, Interrupted, readFile, run } from './parts/worktree.mjs';

const { values: flags } = parseArgs({
  options: { prompt: { type: 'string' }, resume: { type: 'boolean', default: false } },
  strict: false,
});
/** 1: slow enough to watch; 0: no waiting at all. */
const SPEED = Number.isFinite(Number(process.env.AO_DEMO_SPEED ?? '1'))
  ? Number(process.env.AO_DEMO_SPEED ?? '1')
  : 1;
const THINK_MS = 3_500;

const journal = openJournal(process.env.AO_EVENTS, flags.resume);
const inbox = [];
let turn = null;
let question = null;
let closing = false;

const firstLine = (text, length = 72) => text.trim().split('\n')[0].slice(0, length);

function startTurn() {
  const handlers = new Set();
  return {
    interrupted: false,
    onInterrupt: (handler) => handlers.add(handler),
    offInterrupt: (handler) => handlers.delete(handler),
    interrupt() {
      this.interrupted = true;
      for (const handler of [...handlers]) handler();
    },
  };
}

/** The time an AI would think, and the tokens it would use. */
function think(about, tokens = 6_000) {
  step(about);
  journal.emit({ type: 'tool', summary: about });
  journal.spend(tokens, Math.round(tokens / 12));
  return new Promise((resolve, reject) => {
    const current = turn;
    const stop = () => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    const timer = setTimeout(() => {
      current.offInterrupt(stop);
      resolve();
    }, THINK_MS * SPEED);
    if (current.interrupted) stop();
    else current.onInterrupt(stop);
  });
}

/** Resolves with the id of an option or the typed text; ended by an interruption. */
function ask(request) {
  say();
  say(`${yellow('?')} ${bold(request.title)}  ${dim(request.text)}`);
  for (const [index, option] of request.options.entries()) say(`  ${index + 1}. ${option.label}`);
  if (request.freeText) say(dim('  or type another answer'));
  // Asked again after a resume, it is another request.
  const id = `${request.id}-${Date.now().toString(36)}`;
  journal.emit({ type: 'waiting', request: { ...request, id } });
  return new Promise((resolve, reject) => {
    const stop = () => {
      question = null;
      journal.emit({ type: 'answered', id, answer: 'interrupted' });
      reject(new Interrupted());
    };
    turn.onInterrupt(stop);
    const current = turn;
    const done = (value, label) => {
      question = null;
      current.offInterrupt(stop);
      step(`Answer: ${label}`);
      journal.emit({ type: 'answered', id, answer: label });
      resolve(value);
    };
    question = {
      key(character) {
        const option = request.options[Number(character) - 1];
        if (option !== undefined) done(option.id, option.label);
        return option !== undefined;
      },
      text(text) {
        const named = request.options.find(
          (option, index) => text.trim() === option.label || text.trim() === String(index + 1),
        );
        if (named !== undefined) done(named.id, named.label);
        else if (request.freeText) done(text.trim(), text.trim());
        else say(dim(`  Please choose 1 to ${request.options.length}.`));
      },
    };
  });
}

async function openPullRequest({ title, body }) {
  const result = await run(turn, ['ao', 'pr', 'create', '--title', title, '--body', body]);
  return result.ok
    ? 'The pull request is open; the checks are running.'
    : `The pull request could not be opened: ${firstLine(result.output, 200)}`;
}

/** The first part of a task. Each phase is remembered, so that a resumed agent goes on where it was. */
async function work(task) {
  const { phase } = journal.state;
  if (phase === 'new') {
    await think(`Reading the issue: ${task.title}`, 9_000);
    for (const line of task.plan) step(dim(line));
    await think('Looking at the code', 12_000);
    journal.remember({ phase: 'planned' });
  }
  if (task.question !== undefined && journal.state.answer === null)
    journal.remember({ answer: await ask(task.question) });
  if (journal.state.phase === 'planned') {
    await think('Writing the change', 15_000);
    await task.attempt(turn, { answer: journal.state.answer });
    journal.remember({ phase: 'written' });
  }
  if (task.permission !== undefined && journal.state.formatted === null)
    journal.remember({ formatted: (await ask(task.permission)) === 'allow' });
  if (journal.state.phase === 'written') {
    await think('Running the tests of what I touched', 8_000);
    await task.finish?.(turn, { allowed: journal.state.formatted });
    journal.remember({ phase: 'committed' });
  }
  if (journal.state.phase === 'committed') {
    await think('Opening the pull request', 4_000);
    const said = await openPullRequest(task.pr);
    journal.remember({ phase: 'open' });
    return said;
  }
  return 'I am done with this task for now.';
}

async function workOnUnknown(prompt) {
  await think('Reading the task', 5_000);
  note(prompt);
  await commit(turn, `Note: ${firstLine(prompt, 50)}`, prompt.trim().slice(0, 2_000));
  const said = await openPullRequest({
    title: `Note: ${firstLine(prompt, 60)}`,
    body: 'The demo agent is not an AI: it knows only the sample issues, so it wrote the task down in NOTES.md.',
  });
  journal.remember({ phase: 'open' });
  return `I am a demo and know only the issues of the sample project, so I wrote the task down in NOTES.md. ${said}`;
}

function note(text) {
  appendFileSync(
    'NOTES.md',
    `${readFile('NOTES.md') === '' ? '# Notes\n' : ''}\n- ${text
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 500)}\n`,
  );
  step('Edit NOTES.md');
}

async function repair(task) {
  await think('Reading the log of the failed check', 11_000);
  if (task === null)
    return 'I am a demo: I can only repair the sample issues. A person has to look at this.';
  return (await task.repair(turn))
    ? 'I found my mistake, repaired it and committed; all tests pass here.'
    : 'I find nothing left to repair in my change.';
}

async function applyReview(task, text) {
  await think('Reading the review', 7_000);
  const documented =
    task !== null &&
    !readFile(task.document[0]).includes(task.document[2]) &&
    edit(...task.document);
  if (!documented) note(`Review: ${text}`);
  await run(turn, ['node', '--test'], { quiet: true });
  const subject = documented
    ? `Document ${task.document[1].split(' ').at(-1)}`
    : 'Write down the wish of the review';
  await commit(turn, subject, `Asked for in the review:\n\n${text.trim().slice(0, 2_000)}`);
  return documented
    ? `I documented ${task.document[1].split(' ').at(-1)}, as far as a demo understands the review.`
    : 'I am a demo and can not do more than write the wish down in NOTES.md.';
}

async function mergeBase(text) {
  const base = /\b(?:base|with|into|from)\s+[`'"]?([\w./-]+)/i.exec(text)?.[1] ?? 'main';
  await think(`Merging ${base}`, 4_000);
  if ((await run(turn, ['git', 'merge', '--no-edit', base])).ok) return `I merged ${base}.`;
  await run(turn, ['git', 'merge', '--abort'], { quiet: true });
  return `${base} conflicts with my change, and a demo can not settle that. A person has to.`;
}

async function takeNote(text) {
  await think('Thinking about your message', 3_000);
  note(text);
  journal.remember({ notes: journal.state.notes + 1 });
  await commit(turn, `Note: ${firstLine(text, 50)}`, text.trim().slice(0, 2_000));
  return 'I wrote that down in NOTES.md and committed it. I am a demo: I can work on the three sample issues, repair failed checks, and react to a review.';
}

async function react(text) {
  const task = TASKS[journal.state.task] ?? null;
  if (journal.state.prompt === '') {
    journal.remember({ prompt: text, task: findTask(text), phase: 'new' });
    return react(text);
  }
  const kind = messageKind(text);
  const known =
    text === journal.state.prompt || (task !== null && findTask(text) === journal.state.task);
  if (journal.state.phase !== 'open' && (known || kind === 'nudge' || kind === 'other')) {
    if (!known && kind === 'other') note(text);
    return task === null ? workOnUnknown(journal.state.prompt) : work(task);
  }
  if (kind === 'checks') return repair(task);
  if (kind === 'changes') return applyReview(task, text);
  if (kind === 'conflict') return mergeBase(text);
  if (known || kind === 'nudge')
    return 'My work on this is done; I wait for the checks, a review or a message.';
  if (kind === 'help')
    return 'I am a demo: I can work on the three sample issues, repair failed checks, react to a review, merge the base, and note down anything else.';
  return takeNote(text);
}

async function takeTurns() {
  while (inbox.length > 0 && !closing) {
    const text = inbox.shift();
    turn = startTurn();
    journal.emit({ type: 'active', detail: firstLine(text) });
    say();
    say(`${bold('>')} ${firstLine(text, 100)}${text.trim().includes('\n') ? dim(' …') : ''}`);
    const said = await react(text).catch((error) => {
      if (error instanceof Interrupted) return 'Interrupted. I stopped; tell me how to go on.';
      return `Something went wrong in the demo: ${error.message}`;
    });
    turn = null;
    say(`${green('✓')} ${said}`);
    journal.emit({ type: 'ready', message: said });
  }
  say(dim('\nready for a message · Escape interrupts · Ctrl-D leaves'));
}

function submit(text) {
  if (question !== null) return question.text(text);
  journal.accepted(text);
  inbox.push(text);
  if (turn === null && inbox.length === 1) void takeTurns();
}

function leave(code) {
  closing = true;
  turn?.interrupt();
  process.exit(code);
}

readInput({
  submit,
  key(key) {
    if (key === 'escape' || key === 'ctrl-c') {
      if (turn !== null) turn.interrupt();
      else if (key === 'ctrl-c') leave(0);
      return true;
    }
    if (key === 'ctrl-d') leave(0);
    return question?.key(key) ?? false;
  },
});
process.on('SIGTERM', () => leave(143));
process.on('SIGHUP', () => leave(129));

say(
  bold('demo agent: not an AI') +
    dim(`  ${journal.state.conversation}${flags.resume ? ', resumed' : ''}`),
);
journal.remember({});
journal.emit({ type: 'session', id: journal.state.conversation });
if (typeof flags.prompt === 'string' && flags.prompt.trim() !== '') submit(flags.prompt);
else {
  journal.emit({ type: 'ready' });
  say(dim('\nready for a message · Escape interrupts · Ctrl-D leaves'));
}
