import { Select } from '@base-ui/react/select';
import type { ReactNode } from 'react';
import { Icon } from '../icons.tsx';

/** A filter of a report: what it is, what is chosen, and a list. */
export function Pick<T extends string>(props: {
  label: string;
  value: T;
  items: readonly { value: T; label: string; hint?: string }[];
  onPick: (value: T) => void;
  icon?: ReactNode;
}) {
  return (
    <Select.Root
      items={[...props.items]}
      value={props.value}
      onValueChange={(value) => value !== null && props.onPick(value)}
      modal={false}
    >
      <Select.Trigger className="filter" aria-label={props.label}>
        {props.icon}
        <span className="quiet">{props.label}</span>
        <Select.Value className="cut" />
        <Icon name="down" small />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className="over" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="menu floats">
            <Select.List>
              {props.items.map(({ value, label, hint }) => (
                <Select.Item key={value} value={value} className="menu-item">
                  <Select.ItemText className="grow">{label}</Select.ItemText>
                  {hint && <span className="quiet t12 n">{hint}</span>}
                  <span className="chosen">
                    <Select.ItemIndicator>
                      <Icon name="check" small />
                    </Select.ItemIndicator>
                  </span>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
