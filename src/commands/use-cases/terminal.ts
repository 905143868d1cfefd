import { err, ok } from '../../lib/result.ts';
import { attachTo } from '../attach-to.ts';
import { audit, refusal } from '../parts.ts';
import { readOfSession, type SessionCall } from '../use-case.ts';

/** Opens the terminal in the browser. Typing needs the right `terminal`, looking the right to view. Each terminal that is opened is a row, as is each refusal. */
export const terminal = readOfSession({
  name: 'terminal',
  when: 'later',
  agents: 'nobody',
  async run({ parts, actor, snapshot, refusal: mayNot }: SessionCall, mode: 'read' | 'write') {
    const { id, ended } = snapshot.session;
    const denied = mode === 'write' ? mayNot('terminal') : null;
    if (denied !== null) {
      audit(parts, actor, `terminal ${mode}`, id, denied);
      return err(denied);
    }
    if (ended !== null) return refusal('AO_STATE', `${id} has ended; it has no terminal.`);
    const found = attachTo(parts, snapshot);
    if (!found.ok) return found;
    audit(parts, actor, `terminal ${mode}`, id, null);
    const { argv, readOnlyArgv } = found.value;
    return ok({ session: id as string, argv: mode === 'write' ? argv : readOnlyArgv });
  },
});
