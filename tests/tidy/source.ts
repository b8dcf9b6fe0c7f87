import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One file of ours. `path` is relative to the project, with `/` between folders. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

export interface Import {
  /** A path relative to the project, or the name of a package or of a module of Node. */
  readonly target: string;
  readonly is_ours: boolean;
  readonly is_type: boolean;
  /** The names asked for; empty where everything is. */
  readonly names: readonly string[];
}

/** A rule that is broken, and where. */
export interface Finding {
  readonly path: string;
  readonly why: string;
}

const SKIPPED = new Set(['node_modules', 'dist', 'data', 'coverage']);

/** Paths of the project's files whose name ends with one of `endings`. */
export function filesIn(root: string, endings: readonly string[], folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(root, endings, path);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}

export function readSource(root: string, path: string): Source {
  return sourceOf(path, readFileSync(join(root, path), 'utf8'));
}

export function sourceOf(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Calls `see` with every node of a file, outermost first. */
export function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => {
    walk(child, see);
  });
}

/** Everything a file asks of others: imports, re-exports, and imports made while running. */
export function importsOf({ path, tree }: Source): Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const asked = askedBy(node);
    if (asked === null) return;
    const is_ours = asked.name.startsWith('.');
    const target = is_ours ? posix.join(posix.dirname(path), asked.name) : asked.name;
    found.push({ target, is_ours, is_type: asked.is_type, names: asked.names });
  });
  return found;
}

interface Asked {
  readonly name: string;
  readonly is_type: boolean;
  readonly names: readonly string[];
}

function askedBy(node: ts.Node): Asked | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return { name: node.moduleSpecifier.text, ...clauseOf(node.importClause) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return { name: literal(node.moduleSpecifier), is_type: node.isTypeOnly, names: [] };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return { name: literal(node.arguments[0]), is_type: false, names: [] };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { name: literal(node.argument.literal), is_type: true, names: [] };
  return null;
}

function literal(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : '(computed)';
}

function clauseOf(clause: ts.ImportClause | undefined): Pick<Asked, 'is_type' | 'names'> {
  if (clause === undefined) return { is_type: false, names: [] };
  const bindings = clause.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings))
    return { is_type: clause.isTypeOnly, names: [] };
  const all_types = clause.name === undefined && bindings.elements.every((each) => each.isTypeOnly);
  return {
    is_type: clause.isTypeOnly || all_types,
    names: bindings.elements.map((each) => (each.propertyName ?? each.name).text),
  };
}

/** `12: what` for a finding at a node. */
export function at(node: ts.Node, what: string): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `line ${String(line + 1)}: ${what}`;
}
