import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import { createAddresses } from './addresses.ts';
import type { App, AppOptions } from './app.ts';
import { joinChat } from './join-chat.ts';
import { joinCommands } from './join-commands.ts';
import { joinCatalogue, joinHttp } from './join-http.ts';
import { joinLifecycle } from './join-lifecycle.ts';
import { joinObservers } from './join-observers.ts';
import { joinStarters } from './join-starters.ts';
import { later } from './later.ts';
import { missingAgents } from './missing-agents.ts';
import { ADMIN, openBase } from './open-base.ts';
import { partsOf } from './parts.ts';
import { redactedCommands } from './redacted-commands.ts';
import { startParts, stopParts } from './run-parts.ts';

/** Wires everything, starts nothing. The database is opened and locked here, because nothing can be wired without it. */
export function createApp(options: AppOptions): App {
  const base = openBase(options);
  const addresses = createAddresses(base.config, options);
  const knots = {
    dispatch: later<Dispatch>('dispatch'),
    commands: later<Commands>('commands'),
    reader: later<Reader>('reader'),
  };
  const chat = joinChat(base, addresses, knots);
  const lifecycle = joinLifecycle(base, chat, addresses, knots);
  const observers = joinObservers(base, lifecycle);
  const useCases = joinCommands(base, lifecycle, observers);
  const commands = knots.commands.set(redactedCommands(useCases.commands, base.redact));
  const reader = knots.reader.set(redactedCommands(useCases.reader, base.redact));
  const { starters, parts: startersParts } = joinStarters(base, chat, lifecycle, commands, reader);
  const http = joinHttp(base, chat, lifecycle, { commands, reader }, starters);
  const parts = partsOf({
    base,
    addresses,
    chat,
    lifecycle,
    observers,
    http,
    catalogue: joinCatalogue(base, commands),
    more: startersParts,
  }).map((part) => options.onPart?.(part) ?? part);

  return {
    commands,
    reader,
    admin: ADMIN,
    reload(next, secrets = []) {
      // Also when it is not taken: what stands in the file was read.
      base.learnOf(next, secrets);
      const fixed = base.live.replace(next);
      const refused = fixed.length > 0;
      if (!refused) observers.budgets.look();
      base.auditAo('reload', refused ? `needs a restart: ${fixed.join(', ')}` : '', !refused);
      return fixed;
    },
    reloadFailed: (reason) => base.auditAo('reload', reason, false),
    async start() {
      await startParts(parts);
      return {
        url: addresses.local(),
        port: Number(new URL(addresses.local()).port),
        loginPath: http.loginPath,
      };
    },
    stop: () => stopParts(parts, options),
    missingAgents: () => missingAgents(base.plugins, options.projects),
  };
}
