import { useCallback, useEffect, useRef, useState } from 'react';
import type { Scene } from '../../lib/bridge/scene.ts';
import { useNews, useWorld } from '../world.tsx';
import { settle } from './face.ts';

/**
 * The scene of a tab, as it changes: the card's own tab where `tab` is left out. While the pointer rests on the card
 * new data waits, see `settle`; it is painted when the pointer leaves.
 */
export function useScene(tab?: number): { scene?: Scene; failed: boolean; again: () => void; pick: (index: number) => void } {
  const { ask } = useWorld();
  const [scene, setScene] = useState<Scene>();
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const newest = useRef<Scene>(undefined);
  const inside = useRef(false);

  const take = useCallback((next: Scene) => {
    newest.current = next;
    setFailed(false);
    setScene((old) => settle(old, next, inside.current));
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks the same again
  useEffect(() => {
    let wanted = true;
    ask('scene', tab === undefined ? {} : { tab }).then(
      (first) => wanted && take(first),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [ask, tab, take, turn]);

  useNews((news) => {
    if (news.kind === 'scene' && news.payload.tab === (tab ?? newest.current?.tab)) take(news.payload);
    // Any news tells that the background is there again.
    else if (failed && !newest.current) again();
  });

  useEffect(() => {
    const root = document.documentElement;
    const enter = () => {
      inside.current = true;
    };
    const leave = () => {
      inside.current = false;
      if (newest.current) setScene(newest.current);
    };
    root.addEventListener('pointerenter', enter);
    root.addEventListener('pointerleave', leave);
    return () => {
      root.removeEventListener('pointerenter', enter);
      root.removeEventListener('pointerleave', leave);
    };
  }, []);

  const pick = useCallback(
    (index: number) => {
      ask('focusPerson', tab === undefined ? { index } : { tab, index }).then(take, () => setFailed(true));
    },
    [ask, tab, take],
  );
  return { scene, failed, again, pick };
}
