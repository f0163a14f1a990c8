import type { RuleBody } from '../../../lib/funnel/rule.ts';
import { Segments } from '../../parts/segments.tsx';
import { useWords } from '../../words/words.tsx';

/** Segments of people as ticks. One that is chosen stands there also where nobody is in it now. */
export function SegmentTicks({
  known,
  on,
  onChange,
}: {
  known: readonly string[];
  on: readonly string[];
  onChange: (on: string[]) => void;
}) {
  return (
    <div className="ticks-scroll">
      {[...new Set([...known, ...on])].map((segment) => (
        <label key={segment} className="tick">
          <input
            type="checkbox"
            checked={on.includes(segment)}
            onChange={(e) => onChange(e.target.checked ? [...on, segment] : on.filter((one) => one !== segment))}
          />
          <span>
            <bdi>{segment}</bdi>
          </span>
        </label>
      ))}
    </div>
  );
}

/** Whom a rule is about: everybody, or people of some segments alone. */
export function WhoField({
  who,
  known,
  onChange,
}: {
  who: RuleBody['who'];
  known: readonly string[] | undefined;
  onChange: (who: RuleBody['who']) => void;
}) {
  const { w } = useWords();
  const r = w.rules;
  return (
    <fieldset>
      <legend className="label">{r.about}</legend>
      <Segments
        label={r.about}
        value={who ? 'some' : 'all'}
        items={[
          { value: 'all', label: r.everybody },
          { value: 'some', label: r.someSegments },
        ]}
        onPick={(which) => onChange(which === 'some' ? (who ?? { segments: [] }) : undefined)}
      />
      {who && known && (
        <>
          <SegmentTicks known={known} on={who.segments} onChange={(segments) => onChange({ segments })} />
          <p className="help">{known.length + who.segments.length ? r.segmentsNow : r.noSegments}</p>
        </>
      )}
    </fieldset>
  );
}
