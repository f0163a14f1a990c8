import type { CrmCode } from '../../lib/funnel/sentences/crms.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Finding, Source } from './source.ts';

export const inWords = (code: CrmCode): string => inEnglish(says(code))!;
const saidAll = (codes: readonly CrmCode[]) => codes.map((code) => says(code));

/** What a CRM says of itself: in English, with the same as data beside it. */
export function onWire({ id, name, describe }: Source) {
  const { reads, writes, ways } = describe();
  return {
    id,
    name,
    reads: reads.map(inWords),
    writes: writes.map(inWords),
    said: { reads: saidAll(reads), writes: saidAll(writes) },
    ways: ways.map((way) => ({
      ...way,
      name: inWords(way.name),
      help: inWords(way.help),
      said: { name: says(way.name), help: says(way.help) },
      fields: way.fields.map((field) => ({ ...field, label: inWords(field.label), said: says(field.label) })),
    })),
  };
}

/** What credentials allow, or do not and what is missing then, in the same way. */
export function findingOnWire(finding: Finding) {
  const { right, what, ok } = finding;
  const said = finding.said ?? says('right-readable');
  const missing = ok || finding.without === undefined ? [] : [says(finding.without)];
  const sentence = [said, ...missing].map(inEnglish).join(' ');
  return { right, what: inWords(what), ok, sentence, said, named: says(what), ...(missing[0] && { missing: missing[0] }) };
}
