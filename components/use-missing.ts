import { useEffect, useState } from 'react';
import { useWorld } from './world.tsx';

/**
 * Which of these origins the browser has not allowed, as the user gives and takes them, here or in the browser's own
 * settings. Firefox and managed browsers may not have given what the manifest names. `wanted` must stay the same array.
 */
export function useMissing(wanted: readonly string[]): readonly string[] {
  const { hasOrigins, onOrigins } = useWorld();
  const [missing, setMissing] = useState<readonly string[]>([]);
  useEffect(() => {
    let turn = 0;
    const look = () => {
      const mine = ++turn;
      Promise.all(wanted.map((origin) => hasOrigins([origin]))).then(
        (has) => mine === turn && setMissing(wanted.filter((_, index) => !has[index])),
        () => {},
      );
    };
    look();
    const stop = onOrigins(look);
    return () => {
      turn++;
      stop();
    };
  }, [wanted, hasOrigins, onOrigins]);
  return missing;
}
