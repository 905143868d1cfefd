import { configJsonSchema } from '../../src/config/json-schema.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { agentsDoc } from './agents-doc.ts';
import { cliReference } from './cli-reference.ts';
import { configReference } from './config-reference.ts';
import { errorsDoc } from './error-codes.ts';
import { reliabilityDoc } from './reliability-doc.ts';
import { securityDoc } from './threats.ts';

/** Path below the checkout -> text of every file that is generated from the code. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'ao.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
    'docs/agents.md': agentsDoc(packageRoot()),
    'docs/cli.md': await cliReference(),
    'docs/config.md': configReference(),
    'docs/errors.md': errorsDoc(packageRoot()),
    'docs/reliability.md': reliabilityDoc(packageRoot()),
    'docs/security.md': securityDoc(packageRoot()),
  };
}
