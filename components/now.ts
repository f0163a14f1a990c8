import { useEffect, useState } from 'react';
import { useWorld } from './world.tsx';

/**
 * The time, renewed at the turn of every minute, or every second where `each` says so (the six seconds of Undo).
 * A screen that is hidden does not tick; it catches up when it is shown.
 */
export function useNow(each: 'minute' | 'second' = 'minute'): number {
  const world = useWorld();
  const [now, setNow] = useState(world.now);
  useEffect(() => {
    const span = each === 'minute' ? 60_000 : 1000;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      clearTimeout(timer);
      setNow(world.now());
      if (document.visibilityState === 'hidden') return;
      timer = setTimeout(tick, span - (world.now() % span) + 5);
    };
    tick();
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [world, each]);
  return now;
}
