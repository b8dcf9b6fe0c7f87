import { isBuiltin } from 'node:module';
import ts from 'typescript';
import { folderOf, isTest, layerOf, PURE_BUILTINS, adapterOf } from './layers.ts';
import { at, importsOf, walk, type Finding, type Source } from './source.ts';

/** Names that reach out of the program, or whose answer changes from one call to the next. */
const OUTSIDE = new Set([
  ...['process', 'console', 'globalThis', 'fetch', 'performance', 'crypto', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
]);
const WAITING = new Set(['Promise', 'PromiseLike', 'AsyncIterable']);
const CHANCE = new Set(['Date.now', 'Math.random', 'performance.now']);

/** Pure folders compute: they wait for nothing, read no clock and draw no chance. */
export function checkPurity(source: Source): Finding[] {
  const strictness = strictnessOf(source.path);
  if (strictness === 'none') return [];
  const found: string[] = [];
  const own = new Set(importsOf(source).flatMap(({ names }) => names));
  walk(source.tree, (node) => {
    if (ts.isIdentifier(node) && own.has(node.text)) return;
    const why = outsideUse(node) ?? (strictness === 'pure' ? waitingUse(node) : null);
    if (why !== null) found.push(at(node, why));
  });
  if (strictness === 'pure') found.push(...impureImports(source));
  return found.map((why) => ({ path: source.path, why }));
}

/** A port promises what adapters do, so it may name promises; it does nothing itself. */
function strictnessOf(path: string): 'pure' | 'port' | 'none' {
  const kind = layerOf(path)?.kind;
  if (isTest(path) || folderOf(path) === '.') return 'none';
  if (kind === 'pure') return 'pure';
  return kind === 'port' && adapterOf(path) === null ? 'port' : 'none';
}

function outsideUse(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && CHANCE.has(node.getText())) return node.getText();
  if (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments?.length ?? 0) === 0)
    return 'new Date() without an argument';
  if (ts.isCallExpression(node) && isDate(node.expression)) return 'Date()';
  return ts.isIdentifier(node) && OUTSIDE.has(node.text) && isFree(node) ? node.text : null;
}

function waitingUse(node: ts.Node): string | null {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  return ts.isIdentifier(node) && WAITING.has(node.text) && isFree(node) ? node.text : null;
}

function isDate(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === 'Date';
}

/** Whether an identifier stands for a global, rather than naming a property or a local of ours. */
function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent) || ts.isParameter(parent)) return false;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
  return !(ts.isPropertySignature(parent) || ts.isMethodSignature(parent));
}

function impureImports(source: Source): string[] {
  return importsOf(source)
    .filter(({ target, is_type }) => isBuiltin(target) && !is_type)
    .flatMap(({ target, names }) => {
      const allowed = PURE_BUILTINS[target] ?? [];
      const impure = names.filter((name) => !allowed.includes(name));
      return names.length > 0 && impure.length === 0
        ? []
        : [`imports ${impure.join(', ') || 'everything'} of ${target}`];
    });
}
