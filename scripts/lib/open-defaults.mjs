// Finds `default` clauses that swallow members of a closed union.
import path from 'node:path';
import ts from 'typescript';

/** Places in the product's own sources: the file, and `file:line: what the default stands for`. */
export function openDefaults(program, root) {
  const checker = program.getTypeChecker();
  return program
    .getSourceFiles()
    .filter(({ fileName }) => isOwn(path.relative(root, fileName)))
    .flatMap((source) => inFile(source, checker, root));
}

const isOwn = (file) =>
  /^(src|plugins)\//.test(file) && !/\.test\.tsx?$|\/node_modules\//.test(file);

function inFile(source, checker, root) {
  const places = [];
  const visit = (node) => {
    if (ts.isSwitchStatement(node)) {
      const clause = node.caseBlock.clauses.find(ts.isDefaultClause);
      const members =
        clause === undefined ? null : closedMembers(checker.getTypeAtLocation(node.expression));
      if (
        clause !== undefined &&
        members !== null &&
        !isUnreachable(clause) &&
        !handsOn(node, clause, checker)
      ) {
        const { line } = source.getLineAndCharacterOfPosition(clause.getStart(source));
        const named = new Set(
          node.caseBlock.clauses
            .filter(ts.isCaseClause)
            .map(({ expression }) => checker.getTypeAtLocation(expression))
            .map((type) => (type.isLiteral() ? String(type.value) : '')),
        );
        const left = members.filter((member) => !named.has(member));
        places.push({
          file: path.relative(root, source.fileName),
          text: `${path.relative(root, source.fileName)}:${line + 1}: default stands for ${left.length === 0 ? 'nothing' : left.slice(0, 6).join(', ')}${left.length > 6 ? ` and ${left.length - 6} more` : ''}; name them, or use unreachable()`,
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

/** The values of a union of literals; null when it is open (a string, a number). */
function closedMembers(type) {
  if (!type.isUnion()) return null;
  const members = type.types.map((member) =>
    member.isStringLiteral() || member.isNumberLiteral() ? String(member.value) : null,
  );
  return members.every((member) => member !== null) ? members : null;
}

/** The default gives the rest to a function that takes only the rest: what neither names doesn't compile there. */
function handsOn({ expression }, clause, checker) {
  if (!ts.isPropertyAccessExpression(expression)) return false;
  const whole = expression.expression;
  let found = false;
  const visit = (node) => {
    if (ts.isCallExpression(node))
      for (const argument of node.arguments)
        if (argument.getText() === whole.getText()) {
          const taken = checker.getContextualType(argument);
          const all = checker.getTypeAtLocation(whole);
          found ||= taken !== undefined && !checker.isTypeAssignableTo(all, taken);
        }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(clause, visit);
  return found;
}

const isUnreachable = (clause) => /\bunreachable\(/.test(clause.getText());
