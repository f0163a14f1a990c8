import { posix } from 'node:path';
import { parseSync } from 'vite';
import { browserApi, browserPackages, contentScripts, network, notInPages, type Room, rooms, stores } from './rooms.ts';
import { lineAt, type Objection, type Sources } from './source.ts';

/** One import of a file. `target` is a path of the checkout, or the name of a package. */
export interface Import {
  target: string;
  package: boolean;
  typeOnly: boolean;
  offset: number;
}

const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts');
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

type Node = { type: string; start: number; [field: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** Visits every node of a syntax tree, parents first. */
export function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const child of node) walk(child, visit);
  if (!isNode(node)) return;
  visit(node);
  for (const field of Object.values(node)) if (typeof field === 'object' && field !== null) walk(field, visit);
}

export interface Parsed {
  imports: Import[];
  program: unknown;
}

export function parse(path: string, text: string): Parsed {
  const { program, errors } = parseSync(path, text);
  const fatal = errors.find((error) => error.severity === 'Error');
  if (fatal) throw new Error(`${path}: ${fatal.message}`);
  const imports: Import[] = [];
  const add = (source: unknown, typeOnly: boolean, offset: number) => {
    if (!isNode(source) || typeof source.value !== 'string') return;
    const specifier = source.value.replace(/\?.*$/, '');
    if (specifier.startsWith('.')) imports.push({ target: posix.join(posix.dirname(path), specifier), package: false, typeOnly, offset });
    else if (!specifier.startsWith('node:')) imports.push({ target: packageName(specifier), package: true, typeOnly, offset });
  };
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') add(node.source, node.importKind === 'type', node.start);
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration')
      add(node.source, node.exportKind === 'type', node.start);
    if (node.type === 'ImportExpression') add(node.source, false, node.start);
    if (node.type === 'TSImportType') add(node.source ?? node.argument, true, node.start);
  });
  return { imports, program };
}

/** Global names a file uses: free identifiers by name, and the last part of `window.x`, `navigator.x`, `document.x`. */
function uses(program: unknown, names: readonly string[]): { name: string; offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  const declared = new Set<string>();
  const notGlobal = new Set<unknown>();
  walk(program, (node) => {
    if (node.type === 'MemberExpression' && !node.computed) {
      notGlobal.add(node.property);
      const object = node.object as Node;
      const owner = object.type === 'Identifier' ? String(object.name) : '';
      const property = node.property as Node;
      if (/^(window|self|globalThis|navigator|document)$/.test(owner) && names.includes(String(property.name)))
        found.push({ name: `${owner}.${property.name}`, offset: node.start });
    }
    if (node.type === 'Property' || node.type === 'PropertyDefinition' || node.type === 'MethodDefinition') notGlobal.add(node.key);
    if (/^TS(PropertySignature|MethodSignature)$/.test(node.type)) notGlobal.add(node.key);
    if (/^Import.*Specifier$/.test(node.type)) declared.add(String((node.local as Node).name));
    if (node.type === 'VariableDeclarator' && (node.id as Node).type === 'Identifier') declared.add(String((node.id as Node).name));
    if (/Function/.test(node.type) && Array.isArray(node.params)) {
      for (const parameter of node.params) if (isNode(parameter) && parameter.type === 'Identifier') declared.add(String(parameter.name));
    }
  });
  walk(program, (node) => {
    if (node.type !== 'Identifier' || notGlobal.has(node)) return;
    const name = String(node.name);
    if (names.includes(name) && name !== 'cookie' && !declared.has(name)) found.push({ name, offset: node.start });
  });
  return found;
}

const roomOf = (path: string): Room | undefined => rooms.find(({ folder }) => path.startsWith(`${folder}/`));

/** Objections to the import graph: a room that knows what it must not know, a page script that carries what it must not carry. */
export function layering(sources: Sources): Objection[] {
  const objections: Objection[] = [];
  const parsed = new Map<string, Parsed>();
  for (const [path, text] of sources) if (isCode(path)) parsed.set(path, parse(path, text));
  const object = (path: string, offset: number, says: string) =>
    objections.push({ path, line: lineAt(sources.get(path) ?? '', offset), says });

  for (const [path, { imports, program }] of parsed) {
    const room = roomOf(path);
    if (!room) continue;
    for (const found of imports) {
      if (found.package) {
        const allowed = room.packages?.includes(found.target) ?? !(room.folder === 'server' && browserPackages.includes(found.target));
        if (!allowed) object(path, found.offset, `${room.folder} may not use the package ${found.target}`);
        continue;
      }
      const other = roomOf(found.target);
      if (other === room) continue;
      const known = other && (room.values.includes(other.folder) || (found.typeOnly && room.types?.includes(other.folder)));
      const asset = !room.folder.startsWith('lib/') && !isCode(found.target);
      if (!known && !asset) {
        const typesOnly = other && room.types?.includes(other.folder) ? ' except with "import type"' : '';
        object(path, found.offset, `${room.folder} may not know ${found.target}${typesOnly}`);
      }
    }
    if (room.folder === 'lib/sites' || room.folder === 'lib/funnel') {
      for (const { name, offset } of uses(program, [...network, ...stores, ...browserApi]))
        object(path, offset, `${room.folder} is pure and may not touch ${name}`);
    }
  }

  for (const start of parsed.keys()) {
    if (!contentScripts.test(start)) continue;
    const seen = new Set<string>([start]);
    for (const path of seen) {
      const file = parsed.get(path);
      if (!file) continue;
      for (const found of file.imports) {
        if (found.typeOnly) continue;
        if (!found.package) seen.add(found.target);
        else if (notInPages.includes(found.target))
          object(path, found.offset, `the content script ${start} may not carry ${found.target} into pages`);
      }
      for (const { name, offset } of uses(file.program, [...network, ...stores]))
        object(path, offset, `the content script ${start} may not touch ${name}`);
    }
  }
  return objections;
}
