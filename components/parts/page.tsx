import { type ReactNode, useEffect, useState } from 'react';
import { Icon, type IconName } from '../icons.tsx';

/** What stands behind the `#` of a page's address: the section that is shown, so that a link leads to it. */
export function useHash<T extends string>(known: readonly T[], first: T): [T, (to: T) => void] {
  const read = (): T => {
    const at = location.hash.slice(1).split('?')[0] as T;
    return known.includes(at) ? at : first;
  };
  const [at, setAt] = useState(read);
  useEffect(() => {
    const onChange = () => setAt(read());
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  });
  return [
    at,
    (to) => {
      location.hash = to;
      setAt(to);
    },
  ];
}

export interface NavItem<T extends string> {
  to: T;
  icon: IconName;
  label: string;
}
/** `count`: how many things wait there. */
export function NavLink<T extends string>(props: { item: NavItem<T>; here: boolean; onGo: (to: T) => void; count?: number }) {
  const { item, here, onGo, count } = props;
  return (
    <a
      href={`#${item.to}`}
      className={here ? 'on' : undefined}
      aria-current={here ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault();
        onGo(item.to);
      }}
    >
      <Icon name={item.icon} />
      <span className="grow cut">{item.label}</span>
      {count ? <span className="nav-count n">{count}</span> : null}
    </a>
  );
}

/** A line of the options: what it is, what it does, and the control. */
export function Option({ title, children, control }: { title: ReactNode; children?: ReactNode; control?: ReactNode }) {
  return (
    <div className="option">
      <div className="grow">
        <b>{title}</b>
        {children && <div className="option-what">{children}</div>}
      </div>
      {control}
    </div>
  );
}

export function Switch(props: { label: string; on: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  return (
    <input
      type="checkbox"
      role="switch"
      className="switch"
      aria-label={props.label}
      checked={props.on}
      aria-checked={props.on}
      disabled={props.disabled}
      onChange={(e) => props.onChange(e.target.checked)}
    />
  );
}
