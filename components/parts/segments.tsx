import { type KeyboardEvent, type ReactNode, useCallback, useRef } from 'react';
import { useTrusted } from '../trust.tsx';

/** Moves the focus among the buttons of a group by the arrow keys; Tab leaves it. */
export function useArrows() {
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const edge = { Home: 0, End: -1 }[event.key];
    if (step === undefined && edge === undefined) return;
    const stops = [...(group.current?.querySelectorAll<HTMLElement>('button:not(:disabled), [role="menuitem"]') ?? [])];
    if (!stops.length) return;
    const turned = step !== undefined && getComputedStyle(group.current!).direction === 'rtl' && event.key.length > 9 ? -step : step;
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = turned !== undefined ? (at + turned + stops.length) % stops.length : edge === 0 ? 0 : stops.length - 1;
    event.preventDefault();
    stops[next]?.focus();
  };
  return { group, onKeyDown };
}

export interface Segment<T extends string> {
  value: T;
  label: ReactNode;
  verdict?: string;
}
/** One of a few, all words visible. `onPick` hears of every press, also of the one that is chosen already. */
export function Segments<T extends string>(props: {
  label: string;
  items: readonly Segment<T>[];
  value: T | undefined;
  onPick: (value: T) => void;
  small?: boolean;
  grow?: boolean;
  /** A press changes something: it counts only when the group could be seen. */
  acts?: boolean;
}) {
  const { group, onKeyDown } = useArrows();
  const { ref: seen, guard } = useTrusted<HTMLDivElement>();
  const { items, value, acts, onPick } = props;
  const ref = useCallback(
    (element: HTMLDivElement | null) => {
      group.current = element;
      return acts ? seen(element) : undefined;
    },
    [acts, group, seen],
  );
  const stop = items.some((i) => i.value === value) ? value : items[0]?.value;
  return (
    <div
      ref={ref}
      className={['seg', props.small && 'small', props.grow && 'grow'].filter(Boolean).join(' ')}
      role="radiogroup"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio that can be pressed again, and looks like a button
        <button
          key={item.value}
          type="button"
          role="radio"
          aria-checked={item.value === value}
          data-verdict={item.verdict}
          tabIndex={item.value === stop ? 0 : -1}
          onClick={acts ? guard(() => onPick(item.value)) : () => onPick(item.value)}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
