import { Icon } from '../icons.tsx';

/** One of several, by the browser's own list. `field` where it stands among fields. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  items: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  disabled?: boolean;
  field?: boolean;
}) {
  return (
    <span className={props.field ? 'select of-field' : 'select'}>
      <select aria-label={props.label} value={props.value} disabled={props.disabled} onChange={(e) => props.onChange(e.target.value as T)}>
        {props.items.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="down" small />
    </span>
  );
}
