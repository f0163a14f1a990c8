import { type ReactNode, useEffect } from 'react';
import { Icon, type IconName } from '../icons.tsx';
import { useArrows } from '../parts/segments.tsx';
import { useWords } from '../words/words.tsx';

export interface Item {
  key: string;
  label: ReactNode;
  icon: IconName;
  onPick: () => void;
  /** A line before it. */
  apart?: boolean;
}

export function MoreButton({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const { w } = useWords();
  return (
    <button
      type="button"
      className="icon"
      aria-label={w.card.more}
      title={w.card.more}
      aria-haspopup="menu"
      aria-expanded={open}
      data-more=""
      onClick={onToggle}
    >
      <Icon name="more" />
    </button>
  );
}

/**
 * What is rare, under the last line of the card. It is part of the card's flow, because a frame shows nothing outside
 * itself: the card grows by it and nothing that stands above moves.
 */
export function Menu({ items, onClose }: { items: readonly Item[]; onClose: () => void }) {
  const { group, onKeyDown } = useArrows();
  const { w } = useWords();
  useEffect(() => {
    group.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [group]);
  return (
    <div className="menu" role="menu" aria-label={w.card.more} ref={group} onKeyDown={onKeyDown} tabIndex={-1}>
      {items.map((item) => [
        item.apart && <hr key={`${item.key} line`} />,
        <button
          key={item.key}
          type="button"
          role="menuitem"
          className="menu-item"
          tabIndex={-1}
          onClick={() => {
            onClose();
            item.onPick();
          }}
        >
          <Icon name={item.icon} />
          {item.label}
        </button>,
      ])}
    </div>
  );
}
