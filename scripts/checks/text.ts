import { parse, walk } from './layering.ts';
import { lineAt, type Objection, type Sources } from './source.ts';

const sinks = new Set(['innerHTML', 'outerHTML', 'srcdoc']);
const sinkCalls = new Set(['insertAdjacentHTML', 'createContextualFragment', 'setHTMLUnsafe', 'write', 'writeln']);
const ours = /^(lib|components|entrypoints)\//;

/** Ways for text to become markup or code in the extension. A lead's name must never be either. */
export function htmlSinks(sources: Sources): Objection[] {
  const objections: Objection[] = [];
  for (const [path, text] of sources) {
    if (!ours.test(path) || !/\.tsx?$/.test(path)) continue;
    const object = (offset: number, says: string) => objections.push({ path, line: lineAt(text, offset), says });
    walk(parse(path, text).program, (node) => {
      const named = (field: unknown): string => String((field as { name?: unknown } | null)?.name ?? '');
      if (node.type === 'AssignmentExpression') {
        const left = node.left as { type: string; property?: unknown };
        if (left.type === 'MemberExpression' && sinks.has(named(left.property)))
          object(node.start, `${named(left.property)} is an HTML sink`);
      }
      if (node.type === 'JSXAttribute' && /^(dangerouslySetInnerHTML|srcDoc)$/.test(named(node.name)))
        object(node.start, `${named(node.name)} is an HTML sink`);
      if (node.type === 'CallExpression') {
        const callee = node.callee as { type: string; property?: unknown; object?: unknown };
        const method = callee.type === 'MemberExpression' ? named(callee.property) : named(callee);
        const onDocument = !/^write(ln)?$/.test(method) || named(callee.object) === 'document';
        if ((sinkCalls.has(method) && onDocument) || (callee.type === 'Identifier' && method === 'eval'))
          object(node.start, `${method}() makes markup or code of text`);
      }
      if (node.type === 'NewExpression' && named(node.callee) === 'Function') object(node.start, 'new Function() makes code of text');
    });
  }
  return objections;
}

// In pieces, so that this file does not object to itself.
const registries = [
  ['registry', 'npmjs'],
  ['registry', 'yarnpkg'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('.'));
const homes = ['home', 'Users', 'root'].map((folder) => `/${folder}/`);

/** Download addresses and folders of one machine: what makes a checkout work here and nowhere else. */
export function foreignPlaces(sources: Sources, root: string): Objection[] {
  const objections: Objection[] = [];
  const here = root.length > 4 ? [`${root}/`] : [];
  for (const [path, text] of sources) {
    for (const place of [...registries, ...here]) {
      const at = text.indexOf(place);
      if (at >= 0) objections.push({ path, line: lineAt(text, at), says: `names ${place}` });
    }
    if (/^test\/pages\/|package-lock\.json$/.test(path)) continue;
    for (const home of homes) {
      const found = new RegExp(`(?<![\\w.}*-])${home}[a-z_][\\w-]*`).exec(text);
      if (found) objections.push({ path, line: lineAt(text, found.index), says: `names a folder of one machine: ${found[0]}` });
    }
  }
  return objections;
}

const leftovers: [RegExp, RegExp, string][] = [
  [/^(lib|components|entrypoints|server|scripts|test)\/.*\.(tsx?|mjs)$/, /\b(TO\x44O|FIX\x4dE|XX\x58)\b/, 'is left open'],
  [/^test\/.*\.tsx?$/, /\b(it|test|describe)\.(only|todo|fixme)\b/, 'narrows or postpones a test'],
  [/^(test\/|playwright\.config)/, /waitForTimeout\(|retries: *[1-9]/, 'waits for time or retries instead of waiting for an event'],
];

/** What must not stay in committed code: open ends, narrowed tests, sleeps. */
export function openEnds(sources: Sources): Objection[] {
  const objections: Objection[] = [];
  for (const [path, text] of sources) {
    for (const [where, what, says] of leftovers) {
      if (!where.test(path)) continue;
      const found = what.exec(text);
      if (found) objections.push({ path, line: lineAt(text, found.index), says: `"${found[0]}" ${says}` });
    }
  }
  return objections;
}
