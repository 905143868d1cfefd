import { workspaceContract } from '../../../test/contract/workspace.ts';
import { worktreeHarness } from './worktree-harness.ts';

workspaceContract('worktree', () => worktreeHarness());
