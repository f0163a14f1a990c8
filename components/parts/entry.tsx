import { Popover } from '@base-ui/react/popover';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { useWords } from '../words/words.tsx';
import { StageTag } from './stage.tsx';

/** A stage that opens its entry of the agreement: what both teams mean by it, its criteria, what else it is called. */
export function StageEntry({ stage, agreement }: { stage: Stage; agreement?: Agreement }) {
  const { w } = useWords();
  const definition = agreement?.stages[stage];
  if (!agreement || !definition) return <StageTag stage={stage} />;
  const term = agreement.terms.find(({ term }) => term.toLowerCase() === stage);
  const also = term ? [...term.synonyms.marketing, ...term.synonyms.sales] : [];
  return (
    <Popover.Root>
      <Popover.Trigger className="entry">
        <StageTag stage={stage} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="over" sideOffset={4} align="start">
          <Popover.Popup className="menu floats entry-text">
            <Popover.Title className="strong">
              {w.stage[stage]}
              <span className="quiet t12">{w.joint + w.card.byAgreement(agreement.version)}</span>
            </Popover.Title>
            <Popover.Description>
              <bdi>{definition.sentence}</bdi>
            </Popover.Description>
            {definition.criteria.length > 0 && (
              <ul>
                {definition.criteria.map(({ id, text }) => (
                  <li key={id} className="second">
                    <bdi>{text}</bdi>
                  </li>
                ))}
              </ul>
            )}
            {also.length > 0 && (
              <p className="quiet t12">
                {w.options.alsoCalled}: <bdi>{also.join(', ')}</bdi>
              </p>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
