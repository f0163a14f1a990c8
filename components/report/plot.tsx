import type { PlotOptions } from '@observablehq/plot';
import { useEffect, useRef, useState } from 'react';

/** The face and colours of the pages; everything else comes from the tokens. */
export const plotStyle = {
  fontFamily: 'var(--face)',
  fontSize: '12px',
  background: 'transparent',
  color: 'var(--ink-2)',
  overflow: 'visible',
} as const;

type Plotting = typeof import('@observablehq/plot');

/**
 * A plot by Observable Plot, drawn 1:1 in the width there is and again when that changes. `label` says what it shows;
 * the numbers stand in the table behind it, so the drawing itself is one picture to those who cannot see it.
 */
export function PlotFigure({ label, options }: { label: string; options: (plot: Plotting, width: number) => PlotOptions }) {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = holder.current;
    if (!element || width < 80) return;
    let drawn: Element | undefined;
    let wanted = true;
    void import('@observablehq/plot').then((plot) => {
      if (!wanted) return;
      drawn = plot.plot({ width, ...options(plot, width) });
      drawn.setAttribute('aria-hidden', 'true');
      element.replaceChildren(drawn);
    });
    return () => {
      wanted = false;
      drawn?.remove();
    };
  }, [width, options]);
  return <div className="plot" role="img" aria-label={label} ref={holder} />;
}
