import { Environment } from '@marcbachmann/cel-js';

type View = Readonly<Record<string, unknown>>;

/** Names come from the view at run time, so they are not declared here. */
const parse = (expression: string) =>
  new Environment({ unlistedVariablesAreDyn: true }).parse(expression);

/** A CEL expression as a predicate. What can't be evaluated is false: a condition about a pull request does not hold where there is none. */
export function compileCondition(expression: string): (view: View) => boolean {
  const evaluate = parse(expression);
  return (view) => {
    try {
      return evaluate(withIntegers(view) as Record<string, unknown>) === true;
    } catch {
      return false;
    }
  };
}

/** What is wrong with an expression, in one line; null when nothing is. */
export function conditionError(expression: string): string | null {
  try {
    parse(expression);
    return null;
  } catch (error) {
    return String((error as Error).message).split('\n')[0] ?? 'unknown error';
  }
}

/** CEL tells whole numbers from others: `additions > 400` needs an integer on both sides. */
function withIntegers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withIntegers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withIntegers(child)]),
  );
}
