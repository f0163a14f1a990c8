import { useCallback, useEffect, useState } from 'react';
import type { FromPages, ToPages } from '../lib/bridge/protocol.ts';
import { inOrder } from './in-order.ts';
import { useNews, useWorld } from './world.tsx';

type Plain = { [K in keyof FromPages]: undefined extends FromPages[K]['in'] ? K : never }[keyof FromPages];

/**
 * The answer to a question without a payload, asked anew whenever the background says that what it is about has changed.
 * A later failure keeps the last answer: what was true a moment ago is better than nothing, and the last line says how old it is.
 */
export function useAsked<K extends Plain>(
  kind: K,
  when: readonly ToPages['changed']['what'][number][] = [],
): { value?: FromPages[K]['out']; failed: boolean; again: () => void } {
  const { ask } = useWorld();
  const [state, setState] = useState<{ value?: FromPages[K]['out']; failed: boolean }>({ failed: false });
  const [order] = useState(inOrder);
  const again = useCallback(() => {
    const answered = order();
    (ask as (kind: K) => Promise<FromPages[K]['out']>)(kind).then(
      (value) => answered(() => setState({ value, failed: false })),
      () => answered(() => setState((old) => ({ ...old, failed: true }))),
    );
  }, [ask, kind, order]);
  useEffect(again, [again]);
  useNews((news) => {
    const about = news.kind === 'changed' && news.payload.what.some((what) => when.includes(what));
    // Any news tells that the background is there again.
    if (about || state.failed) again();
  });
  return { ...state, again };
}
