import type { Mode } from '../parts/build.ts';

export type Manifest = Record<string, unknown>;

/** What stands at each path of a JSON value: `permissions.3` → `"identity"`. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const entries = Object.entries(value);
  const found = new Map<string, string>(entries.length === 0 ? [[path, JSON.stringify(value)]] : []);
  for (const [key, child] of entries) for (const leaf of leaves(child, path === '' ? key : `${path}.${key}`)) found.set(...leaf);
  return found;
}

/** The host that the practice build has beyond the released one. */
export const practiceHost = 'http://127.0.0.1/*';

/** What may differ between builds without anybody's approval: the version, and practice's one host. */
function comparable(manifest: Manifest, mode: Mode): Manifest {
  const { version: _, ...rest } = manifest;
  if (mode === 'practice' && Array.isArray(rest.host_permissions)) {
    const hosts = [...rest.host_permissions];
    const at = hosts.indexOf(practiceHost);
    if (at < 0) throw new Error(`the practice build lacks ${practiceHost}`);
    hosts.splice(at, 1);
    rest.host_permissions = hosts;
  }
  return rest;
}

/** Every difference between a built manifest and the approved one, in words; empty when there is none. */
export function compareManifest(built: Manifest, approved: Manifest, mode: Mode = 'release'): string[] {
  const is = leaves(comparable(built, mode));
  const should = leaves(comparable(approved, 'release'));
  const says: string[] = [];
  for (const [path, value] of is) {
    if (!should.has(path)) says.push(`${path}: ${value} was never approved`);
    else if (should.get(path) !== value) says.push(`${path}: ${value}, approved is ${should.get(path)}`);
  }
  for (const [path, value] of should) if (!is.has(path)) says.push(`${path}: the approved ${value} is missing`);
  return says;
}
