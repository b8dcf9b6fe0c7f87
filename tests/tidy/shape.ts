import { basename } from 'node:path';
import ts from 'typescript';
import * as layers from './layers.ts';
import { at, walk, type Finding, type Source } from './source.ts';

/** Things stay small enough to be read at once. Generated files are not read. */
export function checkSizes(source: Source): Finding[] {
  if (isGenerated(source.path)) return [];
  const lines = source.text.trimEnd().split('\n');
  const { file_lines, line_characters } = layers.LIMITS;
  const found = lines.length > file_lines ? [`has ${String(lines.length)} lines`] : [];
  const tables = textLinesOf(source.tree);
  lines.forEach((line, index) => {
    if (line.length <= line_characters || tables.has(index)) return;
    found.push(`line ${String(index + 1)}: has ${String(line.length)} characters`);
  });
  walk(source.tree, (node) => {
    if (!ts.isFunctionLike(node)) return;
    const length = lengthOf(node);
    if (length > lengthMax(source.path, node))
      found.push(at(node, `a function has ${String(length)} lines`));
    const count = node.parameters.length;
    if (count > paramsMax(source.path))
      found.push(at(node, `a function has ${String(count)} parameters`));
  });
  return found.map((why) => ({ path: source.path, why }));
}

/** Lines that begin inside a text block: tables of stories are wide, and nothing folds them. */
function textLinesOf(tree: ts.SourceFile): Set<number> {
  const inside = new Set<number>();
  walk(tree, (node) => {
    if (!ts.isTemplateLiteral(node) && !ts.isTemplateLiteralToken(node)) return;
    const first = tree.getLineAndCharacterOfPosition(node.getStart()).line;
    const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = first + 1; line <= last; line += 1) inside.add(line);
  });
  return inside;
}

function isGenerated(path: string): boolean {
  return path.endsWith('.gen.ts');
}

function paramsMax(path: string): number {
  if (layers.PARAMS_EXEMPT.includes(path)) return Infinity;
  return layers.isTest(path) ? layers.LIMITS.test_parameters : layers.LIMITS.parameters;
}

function lengthOf(node: ts.Node): number {
  return node.getText().split('\n').length;
}

function lengthMax(path: string, node: ts.SignatureDeclaration): number {
  if (layers.isTest(path)) return isSuite(node) ? Infinity : layers.LIMITS.test_function_lines;
  return layers.folderOf(path) === 'bench'
    ? layers.LIMITS.test_function_lines
    : layers.LIMITS.function_lines;
}

/** What holds tests, rather than being one: `describe(…, callback)` and `describeThing(…)`. */
function isSuite(node: ts.SignatureDeclaration): boolean {
  const { parent } = node;
  const called = ts.isCallExpression(parent) ? parent.expression.getText() : '';
  const named = node.name?.getText() ?? '';
  return /^describe\b/.test(called) || /^describe/.test(called) || /^describe[A-Z]/.test(named);
}

/** The type system is not switched off, and every name is imported as it was exported. */
export function checkTypes(source: Source): Finding[] {
  if (isGenerated(source.path)) return [];
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(at(node, 'any'));
    if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
      const is_case = ts.isDefaultClause(node.parent) || ts.isCaseBlock(node.parent);
      if (!is_case && !ts.isImportDeclaration(node.parent)) found.push(at(node, 'default export'));
    }
    if (ts.isExportSpecifier(node) && node.name.text === 'default')
      found.push(at(node, 'default export'));
  });
  const suppressed = /@ts-(?:ignore|nocheck|expect-error)/.exec(source.text);
  if (suppressed !== null) found.push(suppressed[0]);
  return found.map((why) => ({ path: source.path, why }));
}

/** A file's name says what is in it, in lower case with underscores. */
export function checkNames({ path }: Source): Finding[] {
  const words = basename(path).split(/[._-]/);
  const empty = words.filter((word) => layers.EMPTY_WORDS.includes(word));
  const found = empty.map((word) => `the word "${word}" in a file name says nothing`);
  if (/[^a-z0-9_.]/.test(basename(path))) found.push('file names are in snake_case');
  return found.map((why) => ({ path, why }));
}

/** Errors are caught where something can be done about them, and never dropped. */
export function checkCatches(source: Source): Finding[] {
  const { path } = source;
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (ts.isTryStatement(node) && !mayTry(path)) found.push(at(node, 'try'));
    if (ts.isCatchClause(node) && node.block.statements.length === 0)
      found.push(at(node, 'an error is caught and dropped'));
  });
  return found.map((why) => ({ path, why }));
}

function mayTry(path: string): boolean {
  const kind = layers.layerOf(path)?.kind;
  if (kind === 'free' || layers.isTest(path) || layers.MAY_TRY.includes(path)) return true;
  return layers.MAY_TRY_IN.includes(layers.folderOf(path)) || layers.adapterOf(path) !== null;
}

const UNDONE = /(?:\/\/|\*).*?\b(TO[D]O|FIX[M]E)\b/g;

/** What is still to be done is an issue, not a comment. */
export function checkComments({ path, text }: Source): Finding[] {
  return [...text.matchAll(UNDONE)].map(([, word]) => ({
    path,
    why: `a comment says ${String(word)}`,
  }));
}
