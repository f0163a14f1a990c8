import { canonical } from '../../lib/funnel/keys.ts';
import { shippedReasons } from '../../lib/funnel/reasons.ts';
import { says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import type { Trx } from '../store/db.ts';
import { readLeads } from '../store/leads.ts';
import { findByKeys, type Key, keyText } from '../store/people.ts';
import { stageFor } from './believe.ts';
import type { LinkRow } from './links.ts';
import { type Moves, movesUnder } from './release.ts';
import type { Mapping, Sample, Shape } from './source.ts';

/** What a mapping would change, of what the CRM showed and of what is known here. Nothing is kept. */
export interface DryRun {
  looked: number;
  of?: number;
  stages: Value[];
  /** Of a second field that says it, where there is one. */
  statuses: Value[];
  moves: Moves[];
  /** Of those looked at, people who are not here yet and have no stage there: they begin at the first stage, or where deals and touches take them. */
  stageless?: number;
  owners: { email: string; people: number }[];
  segments: { segment?: string; people: number }[];
  problems: Said[];
}

interface Value {
  value: string;
  label: string;
  people: number;
  stage?: Stage;
}

export async function dryRun(trx: Trx, workspace: string, row: LinkRow, name: string, shape: Shape, sample: Sample): Promise<DryRun> {
  const labels = new Map([...shape.stages, ...shape.statuses].map(({ value, label }) => [value, label]));
  const counts = new Map<string, number>();
  for (const { says } of sample.people)
    for (const value of new Set(says.map((one) => one.value))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const values = byPeople(
    [...counts].map(([value, people]): Value => {
      const stage = stageFor(row, value);
      return { value, label: labels.get(value) ?? value, people, ...(stage && { stage }) };
    }),
  );
  const isStatus = ({ value }: Value): boolean =>
    !shape.stages.some((one) => one.value === value) && shape.statuses.some((one) => one.value === value);
  return {
    looked: sample.people.length,
    ...(sample.of !== undefined && { of: sample.of }),
    stages: values.filter((one) => !isStatus(one)),
    statuses: values.filter(isStatus),
    ...(row.imported_at === null ? await movesOf(trx, workspace, row, sample) : { moves: await movesUnder(trx, workspace, row) }),
    owners: await strangers(trx, workspace, sample),
    segments: row.mapping.fields.segment || row.mapping.fields.contactSegment ? segmentsOf(sample) : [],
    problems: problemsOf(row.mapping, name, shape),
  };
}

const byPeople = <T extends { people: number }>(list: T[]): T[] => list.sort((a, b) => b.people - a.people);

/** Before anything was imported: of the people looked at, who would come and who would move. */
async function movesOf(trx: Trx, workspace: string, row: LinkRow, { people }: Sample): Promise<Pick<DryRun, 'moves' | 'stageless'>> {
  const comers = together(people);
  const found = await findByKeys(
    trx,
    workspace,
    comers.flatMap(({ keys }) => keys),
  );
  const leads = await readLeads(trx, workspace, [...new Set([...found.values()].map(({ person }) => person))]);
  const counts = new Map<string, Moves>();
  let stageless = 0;
  for (const { keys, words } of comers) {
    const meant = words.flatMap(({ value, at = '' }) => {
      const stage = stageFor(row, value);
      return stage ? [{ stage, at }] : [];
    });
    const to = meant.reduce<(typeof meant)[number] | undefined>((best, one) => (best && best.at > one.at ? best : one), undefined)?.stage;
    const person = keys.map((key) => found.get(keyText(key))?.person).find(Boolean);
    const lead = person === undefined ? undefined : leads.get(person);
    if (!to && !lead) stageless++;
    const open = lead?.handoff?.state === 'waiting' || lead?.handoff?.state === 'accepted';
    if (!to || open || lead?.stage === to) continue;
    const key = `${lead?.stage} ${to}`;
    const count = counts.get(key) ?? { ...(lead && { from: lead.stage }), to, people: 0 };
    count.people++;
    counts.set(key, count);
  }
  return { moves: byPeople([...counts.values()]), ...(stageless > 0 && { stageless }) };
}

interface Comer {
  keys: Key[];
  words: Sample['people'][number]['says'];
}
/** Who would come: nobody does without an address or a profile, and two records of one person are one. */
function together(people: Sample['people']): Comer[] {
  const byKey = new Map<string, Comer>();
  for (const { keys, says: words } of people) {
    const own = keys.flatMap(({ kind, value }): Key[] => {
      const exact = canonical(kind, value);
      return exact === null ? [] : [{ kind, value: exact }];
    });
    const one = own.map((key) => byKey.get(keyText(key))).find(Boolean) ?? { keys: [], words: [] };
    one.keys.push(...own);
    one.words.push(...words);
    for (const key of own) byKey.set(keyText(key), one);
  }
  return [...new Set(byKey.values())];
}

function segmentsOf({ people }: Sample): DryRun['segments'] {
  const counts = Map.groupBy(people, ({ segment }) => segment);
  return byPeople([...counts].map(([segment, list]) => ({ ...(segment !== undefined && { segment }), people: list.length })));
}

async function strangers(trx: Trx, workspace: string, { people }: Sample): Promise<DryRun['owners']> {
  const counts = new Map<string, number>();
  for (const { owner } of people) if (owner) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  if (counts.size === 0) return [];
  const addresses = new Map([...counts.keys()].map((email) => [canonical('email', email) ?? email, email]));
  const users = await trx
    .selectFrom('app_user')
    .select('email')
    .where('workspace', '=', workspace)
    .where('email', 'in', [...addresses.keys()])
    .where('disabled_at', 'is', null)
    .execute();
  for (const { email } of users) addresses.delete(email);
  return byPeople([...addresses.values()].map((email) => ({ email, people: counts.get(email)! })));
}

/** What would be written although the CRM does not know it. */
function problemsOf(mapping: Mapping, crm: string, shape: Shape): Said[] {
  const has = (list: readonly { value: string }[], value: string | undefined): boolean =>
    value === undefined || list.some((one) => one.value === value);
  const problems: Said[] = [];
  for (const [at, { stage: to, status }] of Object.entries(mapping.stageOut)) {
    const stage = at as Stage;
    if (!has(shape.stages, to)) problems.push(says('map-no-stage', { value: to!, for: stage, crm }));
    const statuses = shape.statuses.length > 0 ? shape.statuses : shape.stages;
    if (!has(statuses, status)) problems.push(says('map-no-status', { value: status!, for: stage, crm }));
  }
  for (const [stage, status] of Object.entries(mapping.memberOut ?? {}))
    if (shape.members.length > 0 && !has(shape.members, status))
      problems.push(says('map-no-member', { value: status, for: stage as Stage, crm }));
  const { fields, contactFields = fields, companyFields = [] } = shape;
  const among = {
    linkedin: fields,
    reason: fields,
    segment: [...fields, ...companyFields],
    contactSegment: [...contactFields, ...companyFields],
  };
  for (const [what, list] of Object.entries(among)) {
    const field = mapping.fields[what];
    if (field && !has(list, field)) problems.push(says('map-no-field', { value: field, field: what, crm }));
  }
  const reason = fields.find(({ value }) => value === mapping.fields.reason);
  for (const [code, value] of Object.entries(mapping.reasonOut))
    if (reason?.choices && !has(reason.choices, value))
      problems.push(
        says('map-no-choice', {
          value,
          reason: code,
          label: shippedReasons.find((one) => one.code === code)?.label ?? code,
          field: reason.label,
        }),
      );
  return problems;
}
