import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

/** What both teams mean by this stage, and which criteria this lead meets. */
export function Definition() {
  const { card, agreement, show } = useDoing();
  const { w } = useWords();
  const definition = agreement?.stages[card.stage];
  const term = agreement?.terms.find((t) => t.term.toLowerCase() === card.stage);
  const also = term ? [...term.synonyms.marketing, ...term.synonyms.sales] : [];
  // The criteria on the card are those of the hand-off; they keep standing when the lead has moved on.
  const criteria = definition?.criteria.length ? definition.criteria : (agreement?.stages.mql?.criteria ?? []);
  const texts = criteria.filter((c) => card.criteria.of.includes(c.id));
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)} small={agreement && w.card.byAgreement(agreement.version)}>
        {w.stage[card.stage]}
      </PanelHead>
      {definition && <p>{definition.sentence}</p>}
      {also.length > 0 && (
        <p className="quiet t12">
          {w.options.alsoCalled}: {also.join(', ')}
        </p>
      )}
      <ul className="criteria">
        {(texts.length ? texts : criteria).map(({ id, text }) => {
          const met = card.criteria.met.includes(id);
          return (
            <li key={id} className={met ? undefined : 'quiet'}>
              {met ? <Icon name="check" /> : <Icon name="minus" />}
              <span>{text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
