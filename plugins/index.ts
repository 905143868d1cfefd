/** The built-in plugins. The web chat is not among them: it has no platform of its own and is joined by the app. */
import type { PluginDefinition } from '../src/slots/plugin.ts';
import acp from './agent/acp/index.ts';
import aider from './agent/aider/index.ts';
import claudeCode from './agent/claude-code/index.ts';
import codex from './agent/codex/index.ts';
import command from './agent/command/index.ts';
import cursor from './agent/cursor/index.ts';
import gemini from './agent/gemini/index.ts';
import goose from './agent/goose/index.ts';
import kimi from './agent/kimi/index.ts';
import opencode from './agent/opencode/index.ts';
import discord from './chat/discord/index.ts';
import slack from './chat/slack/index.ts';
import composio from './notifier/composio/index.ts';
import desktop from './notifier/desktop/index.ts';
import discordWebhook from './notifier/discord-webhook/index.ts';
import email from './notifier/email/index.ts';
import ntfy from './notifier/ntfy/index.ts';
import openclaw from './notifier/openclaw/index.ts';
import slackWebhook from './notifier/slack-webhook/index.ts';
import stdout from './notifier/stdout/index.ts';
import webhook from './notifier/webhook/index.ts';
import docker from './runtime/docker/index.ts';
import tmux from './runtime/tmux/index.ts';
import githubScm from './scm/github/index.ts';
import gitlabScm from './scm/gitlab/index.ts';
import localScm from './scm/local/index.ts';
import githubTracker from './tracker/github/index.ts';
import gitlabTracker from './tracker/gitlab/index.ts';
import jiraTracker from './tracker/jira/index.ts';
import linearTracker from './tracker/linear/index.ts';
import localTracker from './tracker/local/index.ts';
import worktree from './workspace/worktree/index.ts';

export const builtInPlugins = [
  tmux,
  docker,
  worktree,
  claudeCode,
  codex,
  opencode,
  aider,
  gemini,
  cursor,
  goose,
  kimi,
  acp,
  command,
  localTracker,
  githubTracker,
  gitlabTracker,
  linearTracker,
  jiraTracker,
  localScm,
  githubScm,
  gitlabScm,
  discord,
  slack,
  stdout,
  desktop,
  webhook,
  ntfy,
  email,
  slackWebhook,
  discordWebhook,
  composio,
  openclaw,
] as unknown as readonly PluginDefinition[];
