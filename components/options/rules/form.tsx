import { useId, useState } from 'react';
import type { WireRule } from '../../../lib/contract/routes/rules.ts';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import type { ActiveKind, Assignment, RuleBody, RuleWhen, Segment } from '../../../lib/funnel/rule.ts';
import { activeKinds } from '../../../lib/funnel/words.ts';
import type { User } from '../../card/pick-user.tsx';
import { Ticks } from '../../card/qualify.tsx';
import { Icon } from '../../icons.tsx';
import { Termed } from '../../parts/entry.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { useTrouble } from '../../trouble.ts';
import { call, useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { SectionHead } from '../page.tsx';
import { CampaignTicks } from './high-intent.tsx';
import { Preview } from './preview.tsx';
import type { Team } from './say.ts';
import { bodyOf } from './section.tsx';
import { TakeField } from './take.tsx';
import { SegmentTicks, WhoField } from './who.tsx';

const first: RuleBody = {
  name: '',
  when: { kind: 'score', days: 14, least: 10, points: { form: 6, reply: 6, attended: 5, downloaded: 3, visited: 1, read: 1, click: 1 } },
  criteria: [],
  intent: 'standard',
  assign: { owner: true, segments: [], otherwise: { to: 'pool' } },
};
const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** A segment while it is written: its lists as the text they are typed in. */
interface Row {
  key: number;
  name: string;
  domains: string;
  companies: string;
  titles: string;
  segment: Segment;
  take: Assignment['otherwise'];
}
const rowOf = ({ segment, take }: Assignment['segments'][number], key: number): Row => ({
  key,
  name: segment.name,
  domains: segment.domains?.join(', ') ?? '',
  companies: segment.companies?.join(', ') ?? '',
  titles: segment.titles?.join(', ') ?? '',
  segment,
  take,
});
function segmentOf({ name, domains, companies, titles, segment, take }: Row): Assignment['segments'][number] {
  const lists = { segments: segment.segments ?? [], domains: words(domains), companies: words(companies), titles: words(titles) };
  const given = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return { segment: { name: name.trim(), ...given, ...(segment.channels && { channels: segment.channels }) }, take };
}

interface Props {
  rule?: WireRule;
  users: User[];
  teams: Team[];
  agreement?: Agreement;
  onDone: () => void;
  onCancel: () => void;
}

export function RuleForm({ rule, users, teams, agreement, onDone, onCancel }: Props) {
  const criteria = agreement?.stages.mql?.criteria ?? [];
  const { w } = useWords();
  const inWords = useTrouble();
  const r = w.rules;
  const { ask } = useWorld();
  const id = useId();
  const segments = useApi<{ items: { segment: string }[] }>({ route: 'segments' });
  const known = segments.state === 'here' ? segments.value.items.map((one) => one.segment) : undefined;
  const [body, setBody] = useState<RuleBody>(() => (rule ? bodyOf(rule) : first));
  const [rows, setRows] = useState<Row[]>(() => body.assign.segments.map(rowOf));
  const [shown, setShown] = useState<RuleBody>();
  const [wrong, setWrong] = useState<string>();
  const { when, who, assign } = body;
  const set = (change: Partial<RuleBody>) => setBody({ ...body, ...change });
  const setWhen = (next: RuleWhen) => set({ when: next });
  const setRow = (key: number, change: Partial<Row>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const whole = (): RuleBody => ({ ...body, assign: { ...assign, segments: rows.map(segmentOf) } });
  const numbersWrong = !(when.days >= 1 && when.days <= 90) || (when.kind === 'score' && !(when.least >= 1));
  const wrongYet = numbersWrong || who?.segments.length === 0;
  const save = () => {
    setWrong(undefined);
    const saved = rule
      ? call(ask, { route: 'changeRule', params: { id: rule.id }, body: { version: rule.version, rule: whole() } })
      : call(ask, { route: 'addRule', body: whole() });
    saved.then(onDone, (error) => setWrong(inWords(error)));
  };
  const number = (label: string, value: number, onChange: (value: number) => void, least: number, most?: number) => (
    <label className="number">
      <span className="label">{label}</span>
      <input
        type="number"
        className="field n"
        min={least}
        max={most}
        value={Number.isNaN(value) ? '' : value}
        onChange={(e) => onChange(e.target.valueAsNumber)}
      />
    </label>
  );
  return (
    <>
      <SectionHead title={rule ? r.editHead(rule.name, rule.version) : r.newHead} text={rule?.onSince ? r.saveOnText : r.saveText} />
      <div className="propose rule-form">
        <div>
          <label className="label" htmlFor={`${id}-name`}>
            {r.name}
          </label>
          <input
            id={`${id}-name`}
            className="field"
            dir="auto"
            maxLength={200}
            value={body.name}
            onChange={(e) => set({ name: e.target.value })}
          />
        </div>
        <div>
          <span className="label">{r.takes}</span>
          <Segments
            label={r.takes}
            value={when.kind}
            items={[
              { value: 'score', label: r.byScore },
              { value: 'campaign', label: r.byCampaign },
            ]}
            onPick={(kind) => {
              if (kind !== when.kind) setWhen(kind === 'score' ? first.when : { kind, days: when.days });
            }}
          />
          <div className="numbers">
            {number(r.days, when.days, (days) => setWhen({ ...when, days }), 1, 90)}
            {when.kind === 'score' && number(r.least, when.least, (least) => setWhen({ ...when, least }), 1)}
          </div>
          {when.kind === 'score' ? (
            <Points when={when} onChange={setWhen} />
          ) : (
            <fieldset>
              <legend className="label">{r.which}</legend>
              <Segments
                label={r.which}
                value={when.campaigns ? 'named' : 'high'}
                items={[
                  { value: 'high', label: r.allHigh },
                  { value: 'named', label: r.named },
                ]}
                onPick={(which) =>
                  setWhen(which === 'named' ? { ...when, campaigns: when.campaigns ?? [] } : { kind: 'campaign', days: when.days })
                }
              />
              {when.campaigns && (
                <CampaignTicks
                  isOn={(campaign) => when.campaigns?.includes(campaign.id) === true}
                  onTick={(campaign, on) =>
                    setWhen({
                      ...when,
                      campaigns: on ? [...(when.campaigns ?? []), campaign.id] : when.campaigns?.filter((one) => one !== campaign.id),
                    })
                  }
                />
              )}
            </fieldset>
          )}
          {numbersWrong && <p className="help wrong">{r.numberWrong}</p>}
        </div>
        <div>
          <WhoField who={who} known={known} onChange={(who) => set({ who })} />
          {who?.segments.length === 0 && <p className="help wrong">{r.segmentsWrong}</p>}
        </div>
        <div>
          {criteria.length > 0 && (
            <fieldset>
              <legend className="label">{r.meets}</legend>
              <Ticks items={criteria} on={body.criteria} onChange={(met) => set({ criteria: met })} />
            </fieldset>
          )}
          <label className="tick">
            <input
              type="checkbox"
              checked={body.intent === 'high'}
              onChange={(e) => set({ intent: e.target.checked ? 'high' : 'standard' })}
            />
            <span>{r.answerTime}</span>
          </label>
        </div>
        <fieldset>
          <legend className="label">{r.toWhom}</legend>
          <label className="tick">
            <input type="checkbox" checked={assign.owner} onChange={(e) => set({ assign: { ...assign, owner: e.target.checked } })} />
            <span>{r.ownerFirst}</span>
          </label>
          {rows.map((row, i) => {
            const name = row.name || String(i + 1);
            const field = (key: 'name' | 'domains' | 'companies' | 'titles', label: string, hint?: string) => (
              <label>
                <span className="label">
                  {label} {hint && <span className="quiet">{w.joint.trimStart() + hint}</span>}
                </span>
                <input className="field" dir="auto" value={row[key]} onChange={(e) => setRow(row.key, { [key]: e.target.value })} />
              </label>
            );
            return (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand outside the grid
              <div key={row.key} className="segment-row" role="group" aria-label={r.groupNamed(name)}>
                {field('name', r.groupName)}
                {field('domains', r.domains, r.commas)}
                {field('companies', r.companies, r.commas)}
                {field('titles', r.titles, r.commas)}
                {(known?.length || row.segment.segments) && (
                  <fieldset>
                    <legend className="label">{r.inSegments}</legend>
                    <SegmentTicks
                      known={known ?? []}
                      on={row.segment.segments ?? []}
                      onChange={(segments) => setRow(row.key, { segment: { ...row.segment, segments } })}
                    />
                  </fieldset>
                )}
                <TakeField label={r.goesTo} take={row.take} users={users} teams={teams} onChange={(take) => setRow(row.key, { take })} />
                <button
                  type="button"
                  className="btn small plain"
                  aria-label={r.removeGroup(name)}
                  onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
                >
                  {r.remove}
                </button>
              </div>
            );
          })}
          <button
            type="button"
            className="btn small add-segment"
            onClick={() =>
              setRows([...rows, rowOf({ segment: { name: '' }, take: { to: 'pool' } }, Math.max(-1, ...rows.map(({ key }) => key)) + 1)])
            }
          >
            <Icon name="plus" />
            {r.addGroup}
          </button>
          <TakeField
            label={r.otherwise}
            take={assign.otherwise}
            users={users}
            teams={teams}
            onChange={(otherwise) => set({ assign: { ...assign, otherwise } })}
          />
        </fieldset>
      </div>
      <Wrong>{wrong}</Wrong>
      <div className="row propose-acts">
        <button type="button" className="btn main" disabled={wrongYet || !body.name.trim()} onClick={save}>
          {rule ? r.saveVersion(rule.version + 1) : r.save}
        </button>
        <button
          type="button"
          className="btn"
          disabled={wrongYet}
          onClick={() => setShown({ ...whole(), name: body.name.trim() || r.newHead })}
        >
          {r.look}
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
      {shown && <Preview key={JSON.stringify(shown)} rule={shown} />}
    </>
  );
}

function Points({ when, onChange }: { when: RuleWhen & { kind: 'score' }; onChange: (when: RuleWhen) => void }) {
  const { w } = useWords();
  const r = w.rules;
  const set = (kind: ActiveKind, points: number) => {
    const { [kind]: _, ...rest } = when.points;
    onChange({ ...when, points: Number.isNaN(points) ? rest : { ...rest, [kind]: Math.max(0, Math.round(points)) } });
  };
  return (
    <fieldset>
      <legend className="label">{r.points}</legend>
      <div className="points">
        {activeKinds.map((kind) => (
          <label key={kind}>
            <span>{r.kind[kind]}</span>
            <input
              type="number"
              className="field n"
              min={0}
              max={100}
              value={when.points[kind] ?? ''}
              onChange={(e) => set(kind, e.target.valueAsNumber)}
            />
          </label>
        ))}
      </div>
      <p className="help">
        <Termed text={r.pointsText} />
      </p>
    </fieldset>
  );
}
