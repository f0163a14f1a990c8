import { useCallback, useEffect, useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { ActState, Scene } from '../../lib/bridge/scene.ts';
import type { Card as LeadData } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { Card } from '../card/card.tsx';
import { inOrder } from '../in-order.ts';
import { languageOf } from '../words/words.tsx';
import { useNews, useWorld } from '../world.tsx';

export interface LeadProps {
  id: string;
  status: Status;
  outbox: ActState[];
  agreement?: Agreement;
}

/** A lead's card as this device has it, with what is on its way; anew when either changed. */
export function useLead(id: string): { card?: LeadData; failed: boolean } {
  const { ask } = useWorld();
  const [card, setCard] = useState<LeadData>();
  const [failed, setFailed] = useState(false);
  const [order] = useState(inOrder);
  const load = useCallback(() => {
    const answered = order();
    ask('lead', { id }).then(
      (lead) =>
        answered(() => {
          setCard(lead);
          setFailed(false);
        }),
      () => answered(() => setFailed(true)),
    );
  }, [ask, id, order]);
  useEffect(load, [load]);
  useNews((news) => {
    if (news.kind === 'changed' && (news.payload.what.includes('outbox') || news.payload.what.includes('queue'))) load();
  });
  return { ...(card && { card }), failed };
}

/** The card of a lead from a list, without a page under it. */
export function CardOf({ id, status, outbox, agreement }: LeadProps) {
  const { card, failed } = useLead(id);
  const scene: Scene = {
    tab: -1,
    site: 'page',
    view: 'profile',
    people: [
      { role: 'profile', keys: [], known: 'lead', ...(card ? { card, cardState: 'here' } : { cardState: failed ? 'failed' : 'waiting' }) },
    ],
    focus: 0,
    me: status.me,
    agreement,
    connection: status.connection,
    acts: outbox.filter((a) => a.act.lead === id),
    settings: { language: languageOf(status.settings.language, navigator.language), theme: status.settings.theme, opensByItself: false },
  };
  return <Card scene={scene} frame={{}} onPick={() => {}} />;
}
