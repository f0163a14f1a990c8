import { useEffect, useRef } from 'react';

const layers: (() => void)[] = [];
/** Esc closes one layer: the newest first. What is under all of them (folding) asks `closeTop` before it acts. */
export function useEscape(active: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!active) return;
    const layer = () => latest.current();
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, [active]);
}
export function closeTop(): boolean {
  const top = layers.at(-1);
  top?.();
  return top !== undefined;
}
