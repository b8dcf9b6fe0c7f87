import { isBuiltin } from 'node:module';
import * as layers from './layers.ts';
import { importsOf, type Finding, type Import, type Source } from './source.ts';

/** Who may import whom (DESIGN §3). Tests may import everything. */
export function checkLayers(source: Source): Finding[] {
  const { path } = source;
  const layer = layers.layerOf(path);
  if (layer === null)
    return [{ path, why: `the folder ${layers.folderOf(path)}/ is not in the table of layers` }];
  if (layer.kind === 'free' || layers.isTest(path)) return [];
  return importsOf(source)
    .filter((each) => each.is_ours)
    .map((each) => refusal(path, layer, each))
    .filter((why) => why !== null)
    .map((why) => ({ path, why }));
}

function refusal(path: string, layer: layers.Layer, { target, is_type }: Import): string | null {
  const [from, to] = [layers.folderOf(path), layers.folderOf(target)];
  const other = layers.adapterOf(target);
  if (other !== null && other !== layers.adapterOf(path))
    return is_type && layer.types_of.includes(other)
      ? null
      : `imports ${target}: only the composition imports adapters`;
  if (layers.PORT_FILES.includes(path) && !is_type)
    return `imports ${target} as a value: a port file imports types only`;
  if (from === to || layer.imports.includes(to)) return null;
  if (!layer.types_of.includes(to)) return `imports ${target}: ${from}/ may not import ${to}/`;
  return is_type ? null : `imports ${target} as a value: of ${to}/ ${from}/ may name types only`;
}

/** Packages have homes, so that each can be replaced in one place. */
export function checkPackages(source: Source): Finding[] {
  const { path } = source;
  const layer = layers.layerOf(path);
  if (layer === null || layer.kind === 'free' || layers.isTest(path)) return [];
  return importsOf(source)
    .filter((each) => !each.is_ours && !isBuiltin(each.target))
    .map(({ target }) => ({ target, homes: homesOf(target) }))
    .filter(({ homes }) => !homes.some((home) => path.startsWith(home)))
    .map(({ target, homes }) => ({
      path,
      why: `imports ${target}, whose home is ${homes.join(', ') || 'nowhere in the product'}`,
    }));
}

function homesOf(target: string): readonly string[] {
  const parts = target.split('/').slice(0, target.startsWith('@') ? 2 : 1);
  return layers.PACKAGE_HOMES[parts.join('/')] ?? [];
}

/** No cycles, type imports counted: what is read first must be clear. */
export function checkCycles(sources: readonly Source[]): Finding[] {
  const known = new Map(sources.map((source) => [source.path, targetsOf(source)]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const why = `imports itself: ${[...trail.slice(start), path].join(' > ')}`;
      findings.push({ path, why });
    }
    if (start >= 0 || done.has(path)) return;
    for (const target of known.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of known.keys()) visit(path, []);
  return findings;
}

function targetsOf(source: Source): string[] {
  return importsOf(source)
    .filter((each) => each.is_ours)
    .map((each) => each.target);
}
