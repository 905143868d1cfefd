/** What a source takes of modules, in whatever form it is written: for tests that say who may use what. */
import ts from 'typescript';

const FAST = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

/** Names that are taken; `*`: all of the module; `?`: a module that is named by more than a literal, so it may be any. */
export function usesOf(text: string, isModule: (name: string) => boolean): readonly string[] {
  const found: string[] = [];
  const names = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isStringLiteralLike(node) && isModule(node.text);
  const look = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && names(node.moduleSpecifier))
      found.push(...imported(node.importClause));
    if (ts.isExportDeclaration(node) && names(node.moduleSpecifier)) found.push('*');
    // import x = require('...')
    if (ts.isExternalModuleReference(node) && names(node.expression)) found.push('*');
    // import('...'), require('...'), process.getBuiltinModule('...'), createRequire(...)('...')
    if (ts.isCallExpression(node)) found.push(...called(node, names));
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile('x.tsx', text, FAST));
  return found;
}

function imported(clause: ts.ImportClause | undefined): readonly string[] {
  // For its effects alone.
  if (clause === undefined) return [];
  const named = clause.namedBindings;
  if (clause.name !== undefined || (named !== undefined && ts.isNamespaceImport(named)))
    return ['*'];
  return named === undefined
    ? []
    : named.elements
        .filter((one) => !one.isTypeOnly && clause.phaseModifier !== ts.SyntaxKind.TypeKeyword)
        .map(({ name, propertyName }) => (propertyName ?? name).text);
}

const LOADERS = /^(?:require|getBuiltinModule|_linkedBinding|binding|_load)$/;

function called(
  { expression, arguments: [first] }: ts.CallExpression,
  names: (node: ts.Node | undefined) => boolean,
): readonly string[] {
  if (names(first)) return ['*'];
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && LOADERS.test(expression.text)) ||
    (ts.isPropertyAccessExpression(expression) && LOADERS.test(expression.name.text)) ||
    (ts.isElementAccessExpression(expression) &&
      ts.isStringLiteralLike(expression.argumentExpression) &&
      LOADERS.test(expression.argumentExpression.text));
  return loads && first !== undefined && !ts.isStringLiteralLike(first) ? ['?'] : [];
}
