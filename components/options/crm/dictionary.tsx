import type { ReactNode } from 'react';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { type Stage, stages } from '../../../lib/funnel/words.ts';
import { reasonWords } from '../../card/reason.ts';
import { Choice } from '../../parts/choice.tsx';
import { ReasonEntry, StageEntry } from '../../parts/entry.tsx';
import { Option, Switch } from '../../parts/page.tsx';
import { useWords } from '../../words/words.tsx';
import type { Mapping, Shape, Source } from './wire.ts';

interface Props {
  source: Source;
  shape: Shape;
  mapping: Mapping;
  agreement?: Agreement;
  onChange: (mapping: Mapping) => void;
}
interface Item {
  value: string;
  label: string;
}

type FieldName = 'linkedin' | 'segment' | 'contactSegment' | 'reason' | 'contactStage';

/** Stages that a decision can lead to. */
const written: readonly Stage[] = ['mql', 'sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'];

/** The editor of a mapping: every word of the CRM, and what it means here. */
export function Dictionary({ source, shape, mapping, agreement, onChange }: Props) {
  const { w, f } = useWords();
  const c = w.crm;
  const set = (part: Partial<Mapping>) => onChange({ ...mapping, ...part });
  const stageItems: Item[] = stages.map((stage) => ({ value: stage, label: w.stage[stage] }));
  const setIn = (value: string, stage: string) => set({ stageIn: put(mapping.stageIn, value, stage as Stage | '') });
  const setOut = (stage: Stage, part: 'stage' | 'status', value: string) => {
    const out = put(mapping.stageOut[stage] ?? {}, part, value);
    set({ stageOut: put(mapping.stageOut, stage, Object.keys(out).length > 0 ? out : '') });
  };
  const setField = (name: string, value: string) => set({ fields: put(mapping.fields, name, value) });
  const stagesIn = (head: string, of: readonly Item[], none: string) => (
    <Words head={head} columns={[c.there, c.here]}>
      {of.map(({ value, label }) => (
        <tr key={value}>
          <th scope="row">
            <bdi>{label}</bdi>
          </th>
          <td>
            <Pick
              label={`${head}: ${label}`}
              value={mapping.stageIn[value]}
              none={none}
              items={stageItems}
              onChange={(to) => setIn(value, to)}
            />
          </td>
        </tr>
      ))}
    </Words>
  );
  // A backend of before tells the choices only of a field that was agreed on.
  const reasons = shape.fields.find(({ value }) => value === mapping.fields.reason)?.choices ?? shape.reasons;
  // Where stages and statuses are the same list, one column says both.
  const statuses = source.source === 'salesforce' ? [] : shape.statuses;
  const itemsOf = (list: Shape['fields']): Item[] =>
    list.map(({ value, label }) => ({ value, label: label === value ? value : `${label} (${value})` }));
  const { fields, contactFields, companyFields = [] } = shape;
  const ofContacts = contactFields ?? fields;
  const fieldsFor: { name: FieldName; items: Item[] }[] = [
    { name: 'linkedin', items: itemsOf(fields) },
    { name: 'segment', items: itemsOf(contactFields ? fields : [...fields, ...companyFields]) },
    { name: 'contactSegment', items: contactFields ? itemsOf([...ofContacts, ...companyFields]) : [] },
    { name: 'reason', items: itemsOf(fields) },
    { name: 'contactStage', items: source.source === 'salesforce' ? itemsOf(ofContacts) : [] },
  ];
  const unknown = shape.owners.filter((owner) => !owner.known).map(({ name, email }) => name || email);
  return (
    <div className="dictionary">
      {stagesIn(c.stageIn, shape.stages, c.nothing)}
      {statuses.length > 0 && stagesIn(c.status, statuses, c.nothing)}
      {shape.deals.length > 0 && stagesIn(c.dealsIn, shape.deals, c.dealUsual)}
      <Words
        head={c.stageOut}
        columns={[c.here, c.stage, ...(statuses.length ? [c.status] : []), ...(shape.members.length ? [c.member] : [])]}
      >
        {written.map((stage) => (
          <tr key={stage}>
            <th scope="row">
              <StageEntry stage={stage} word />
            </th>
            <td>
              <Pick
                label={`${w.stage[stage]}: ${c.stage}`}
                value={mapping.stageOut[stage]?.stage}
                none={c.nothing}
                items={shape.stages}
                onChange={(to) => setOut(stage, 'stage', to)}
              />
            </td>
            {statuses.length > 0 && (
              <td>
                <Pick
                  label={`${w.stage[stage]}: ${c.status}`}
                  value={mapping.stageOut[stage]?.status}
                  none={c.nothing}
                  items={statuses}
                  onChange={(to) => setOut(stage, 'status', to)}
                />
              </td>
            )}
            {shape.members.length > 0 && (
              <td>
                <Pick
                  label={`${w.stage[stage]}: ${c.member}`}
                  value={mapping.memberOut?.[stage]}
                  none={c.nothing}
                  items={shape.members}
                  onChange={(to) => set({ memberOut: put(mapping.memberOut ?? {}, stage, to) })}
                />
              </td>
            )}
          </tr>
        ))}
      </Words>
      <Words head={c.fields} columns={[c.here, c.there]}>
        {fieldsFor.map(
          ({ name, items }) =>
            items.length > 0 && (
              <tr key={name}>
                <th scope="row">{c.field[name]}</th>
                <td>
                  <Pick
                    label={c.field[name]}
                    value={mapping.fields[name]}
                    none={c.noField}
                    items={items}
                    onChange={(to) => setField(name, to)}
                  />
                </td>
              </tr>
            ),
        )}
        {shape.deals.length > 0 && (
          <tr>
            <th scope="row">{c.field.currency}</th>
            <td>
              <input
                className="field currency"
                aria-label={c.field.currency}
                maxLength={3}
                value={mapping.fields.currency ?? ''}
                onChange={(e) => setField('currency', e.target.value.toUpperCase())}
              />
            </td>
          </tr>
        )}
      </Words>
      {mapping.fields.reason && agreement && (
        <Words head={c.reasonOut} columns={[c.here, c.there]}>
          {agreement.reasons.map(({ code }) => {
            const label = reasonWords(code, agreement, w);
            const setReason = (to: string) => set({ reasonOut: put(mapping.reasonOut, code, to) });
            return (
              <tr key={code}>
                <th scope="row">
                  <ReasonEntry code={code} />
                </th>
                <td>
                  {reasons.length > 0 ? (
                    <Pick
                      label={`${c.reasonOut}: ${label}`}
                      value={mapping.reasonOut[code]}
                      none={c.asCode(code)}
                      items={reasons}
                      onChange={setReason}
                    />
                  ) : (
                    <input
                      className="field"
                      aria-label={`${c.reasonOut}: ${label}`}
                      placeholder={c.asCode(code)}
                      maxLength={200}
                      value={mapping.reasonOut[code] ?? ''}
                      onChange={(e) => setReason(e.target.value)}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </Words>
      )}
      <Option
        title={c.writeFeedback}
        control={<Switch label={c.writeFeedback} on={mapping.writeFeedback} onChange={(on) => set({ writeFeedback: on })} />}
      >
        {c.writeFeedbackText}
      </Option>
      {shape.owners.length > 0 && (
        <p className="second">
          <bdi>{unknown.length > 0 ? c.ownersUnknown(f.list(unknown.slice(0, 8))) : c.ownersKnown}</bdi>
        </p>
      )}
    </div>
  );
}

function Words({ head, columns, children }: { head: string; columns: string[]; children: ReactNode }) {
  return (
    <table className="table words">
      <caption>{head}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** One of a list, or nothing. What was chosen and is no longer there stays in sight. */
function Pick(props: {
  label: string;
  value: string | undefined;
  none: string;
  items: readonly Item[];
  onChange: (value: string) => void;
}) {
  const { label, value = '', none, items, onChange } = props;
  const gone = value !== '' && !items.some((item) => item.value === value);
  const all = [{ value: '', label: none }, ...items, ...(gone ? [{ value, label: value }] : [])];
  return <Choice field label={label} value={value} items={all} onChange={onChange} />;
}

/** With a key set, or without it when there is nothing to set. */
function put<T extends object, K extends keyof T>(to: T, key: K, value: T[K] | ''): T {
  const next = { ...to };
  if (value === '' || value === undefined) delete next[key];
  else next[key] = value as T[K];
  return next;
}
