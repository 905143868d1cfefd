/** What a plugin from outside of ao is written against: named in `plugins` of ao.yaml, described in docs/plugins.md. */
import type { z } from 'zod';
import type { authFailed, notFound, rejected, transient } from './errors.ts';
import type { PluginDefinition, SlotName, SlotPlugins } from './plugin.ts';

/** Version of each slot's contract: raised when a plugin written for the one before would not work any more. */
export const CONTRACTS: Readonly<Record<SlotName, number>> = {
  chat: 1,
  runtime: 1,
  agent: 1,
  workspace: 1,
  tracker: 1,
  scm: 1,
  notifier: 1,
};

/** What a plugin must have of a slot's contract; everything else of it may be left out. */
export const REQUIRED: { readonly [S in SlotName]: readonly (keyof SlotPlugins[S])[] } = {
  chat: [
    'platform',
    'capabilities',
    'start',
    'stop',
    'openThread',
    'post',
    'postToChannel',
    'update',
    'react',
    'whisper',
    'download',
    'lookup',
    'hasThread',
    'setThreadState',
    'doctor',
  ],
  runtime: [
    'start',
    'stop',
    'create',
    'observe',
    'onExit',
    'write',
    'keys',
    'capture',
    'kill',
    'attach',
    'resources',
    'doctor',
  ],
  agent: ['detect', 'plan', 'watch', 'permissionModes', 'acceptsWhileBusy', 'models'],
  workspace: [
    'checkRepository',
    'create',
    'state',
    'snapshot',
    'remove',
    'restore',
    'list',
    'diff',
    'snapshots',
    'dropSnapshots',
    'doctor',
  ],
  tracker: ['get', 'recognises', 'list', 'comment', 'update', 'create', 'doctor'],
  scm: [
    'start',
    'stop',
    'pullRequests',
    'read',
    'resolve',
    'onChange',
    'details',
    'checkLog',
    'create',
    'merge',
    'deleteBranch',
    'rerun',
    'updateBranch',
    'review',
    'comment',
    'resolveThread',
    'close',
    'diff',
    'permission',
    'quota',
    'capabilities',
    'webhook',
    'doctor',
  ],
  notifier: ['notify', 'doctor'],
};

/** What ao hands to a plugin, so that both mean the same zod and the same errors. */
export interface PluginKit {
  readonly z: typeof z;
  readonly transient: typeof transient;
  readonly rejected: typeof rejected;
  readonly notFound: typeof notFound;
  readonly authFailed: typeof authFailed;
}

export type ExternalDefinition<S extends SlotName = SlotName, C = unknown> = PluginDefinition<
  S,
  C
> & {
  /** Version of the slot's contract it was written for. */
  readonly contract: number;
};

/** The default export of a plugin's module. */
export type ExternalPlugin = (kit: PluginKit) => ExternalDefinition | readonly ExternalDefinition[];
