import { useWords } from '../../words/words.tsx';
import { type Draft, row, type TermDraft } from './draft.ts';
import { Text } from './field.tsx';
import { Add, Remove } from './stages.tsx';

/** Words the teams use, what each means, and what either team also calls it. */
export function Terms({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { w } = useWords();
  const a = w.agree;
  const { terms } = draft;
  const change = (key: number, part: Partial<TermDraft>) =>
    set({ terms: terms.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  return (
    <>
      {terms.map(({ key, term, means, marketing, sales }, i) => {
        const at = `/terms/${i}`;
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand outside the grid
          <div key={key} className="propose-part propose-grid" role="group" aria-label={a.termOne(term || String(i + 1))}>
            <Text at={`${at}/term`} label={w.options.term} most={200} value={term} onChange={(term) => change(key, { term })} />
            <Text
              at={`${at}/means`}
              className="wide"
              label={w.options.means}
              most={1000}
              value={means}
              onChange={(means) => change(key, { means })}
            />
            <Text
              at={`${at}/synonyms/marketing`}
              label={a.callsIt(w.team.marketing)}
              most={1000}
              value={marketing}
              onChange={(marketing) => change(key, { marketing })}
            />
            <Text
              at={`${at}/synonyms/sales`}
              label={a.callsIt(w.team.sales)}
              most={1000}
              value={sales}
              onChange={(sales) => change(key, { sales })}
            />
            <Remove what={term} onRemove={() => set({ terms: terms.filter((one) => one.key !== key) })} />
          </div>
        );
      })}
      <Add label={a.addTerm} onAdd={() => set({ terms: [...terms, row({ term: '', means: '', marketing: '', sales: '' })] })} />
    </>
  );
}
