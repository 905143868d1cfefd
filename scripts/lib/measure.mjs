// What `npm run measure` counts, over the syntax trees of TypeScript.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import ts from 'typescript';

/** Product sources as absolute paths: no tests, nothing generated. */
export function sourceFiles(root) {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src', 'plugins'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(
      (file) =>
        /\.tsx?$/.test(file) &&
        !/\.test\.tsx?$|\.d\.ts$|-harness\.ts$|\/sample-project\//.test(file),
    )
    .map((file) => path.join(root, file));
}

export const linesOf = (node) => {
  const source = node.getSourceFile();
  const line = (position) => source.getLineAndCharacterOfPosition(position).line;
  return line(node.end) - line(node.getStart(source)) + (node === source ? 0 : 1);
};

const isFunction = (node) => ts.isFunctionLike(node) && node.body !== undefined;

/** Every function with a body, named as its declaration or the place it is kept in. */
export function functionsOf(source) {
  const found = [];
  const visit = (node) => {
    if (isFunction(node)) found.push({ node, name: nameOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node) {
  for (let at = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (at.name !== undefined && (at === node || !isFunction(at))) return at.name.getText();
    if (at !== node && isFunction(at)) return `${nameOf(at)} (inner)`;
  }
  return '(unnamed)';
}

/** How many variables of this function are assigned by functions inside of it. */
export function captures(outer, checker) {
  const own = new Set();
  const collect = (node) => {
    if (node !== outer && isFunction(node)) return;
    if (
      (ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node)) &&
      ts.isIdentifier(node.name)
    )
      own.add(checker.getSymbolAtLocation(node.name));
    ts.forEachChild(node, collect);
  };
  ts.forEachChild(outer, collect);
  const assigned = new Set();
  const visit = (node, inner) => {
    if (inner)
      for (const target of targetsOf(node))
        if (own.has(checker.getSymbolAtLocation(target)))
          assigned.add(checker.getSymbolAtLocation(target));
    ts.forEachChild(node, (child) => visit(child, inner || (child !== outer && isFunction(child))));
  };
  visit(outer, false);
  return assigned.size;
}

function targetsOf(node) {
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  )
    return identifiersIn(node.left);
  if (
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator)
  )
    return identifiersIn(node.operand);
  return [];
}

/** Plain names and names taken apart by a pattern; a property of something is not a variable. */
function identifiersIn(node) {
  if (ts.isIdentifier(node)) return [node];
  if (ts.isParenthesizedExpression(node)) return identifiersIn(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(identifiersIn);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.flatMap((one) =>
      ts.isPropertyAssignment(one)
        ? identifiersIn(one.initializer)
        : ts.isShorthandPropertyAssignment(one)
          ? [one.name]
          : [],
    );
  return [];
}

/** Who imports whom, types too, and the circles among them (strongly connected groups). */
export function imports(sources, root) {
  const known = new Set(sources.map((source) => source.fileName));
  const edges = new Map();
  const importedBy = new Map();
  for (const source of sources) {
    const targets = new Set();
    for (const statement of source.statements) {
      if (
        !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) ||
        !statement.moduleSpecifier
      )
        continue;
      const target = path.resolve(path.dirname(source.fileName), statement.moduleSpecifier.text);
      if (known.has(target)) targets.add(target);
    }
    edges.set(source.fileName, targets);
    for (const target of targets) {
      const name = path.relative(root, target);
      importedBy.set(name, (importedBy.get(name) ?? new Set()).add(source.fileName));
    }
  }
  return {
    importedBy,
    cycles: circles(edges)
      .map((group) =>
        group
          .map((file) => path.relative(root, file))
          .sort()
          .join(' <-> '),
      )
      .sort(),
  };
}

/** Tarjan's strongly connected components with more than one member. */
function circles(edges) {
  const state = { next: 0, stack: [], index: new Map(), low: new Map(), on: new Set(), found: [] };
  const visit = (node) => {
    state.index.set(node, state.next);
    state.low.set(node, state.next);
    state.next += 1;
    state.stack.push(node);
    state.on.add(node);
    for (const target of edges.get(node) ?? []) {
      if (!state.index.has(target)) {
        visit(target);
        state.low.set(node, Math.min(state.low.get(node), state.low.get(target)));
      } else if (state.on.has(target))
        state.low.set(node, Math.min(state.low.get(node), state.index.get(target)));
    }
    if (state.low.get(node) !== state.index.get(node)) return;
    const group = state.stack.splice(state.stack.indexOf(node));
    for (const member of group) state.on.delete(member);
    if (group.length > 1) state.found.push(group);
  };
  for (const node of edges.keys()) if (!state.index.has(node)) visit(node);
  return state.found;
}
