import { runtimeContract } from '../../../test/contract/runtime.ts';
import { tmuxHarness } from './tmux-harness.ts';

runtimeContract('tmux', () => tmuxHarness());
