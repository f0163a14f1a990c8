import { Combobox } from '@base-ui/react/combobox';
import { useId } from 'react';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';

export interface User {
  id: string;
  name: string;
  open?: number;
}

/**
 * Somebody of the team, found by typing. The list stands in the card's flow, since a frame shows nothing outside itself.
 * The number is how many hand-offs wait for that person now.
 */
export default function PickUser(props: { users: User[]; value: User | null; onPick: (user: User | null) => void; label: string }) {
  const { w } = useWords();
  const id = useId();
  return (
    <Combobox.Root
      items={props.users}
      value={props.value}
      onValueChange={props.onPick}
      itemToStringLabel={(user: User) => user.name}
      itemToStringValue={(user: User) => user.id}
      isItemEqualToValue={(a: User, b: User) => a.id === b.id}
      autoHighlight
    >
      <label className="label" htmlFor={id}>
        {props.label}
      </label>
      <Combobox.InputGroup className="field">
        <Combobox.Input id={id} placeholder={w.card.findName} />
        {props.value?.open !== undefined && <span className="quiet t12 n">{w.card.openOnes(props.value.open)}</span>}
        <Combobox.Trigger className="icon" aria-label={w.card.findName}>
          <Icon name="down" small />
        </Combobox.Trigger>
      </Combobox.InputGroup>
      <Combobox.Portal>
        <Combobox.Positioner className="picks-over" sideOffset={4} collisionPadding={4}>
          <Combobox.Popup className="menu floats">
            <Combobox.Empty className="none-found">{w.card.noName}</Combobox.Empty>
            <Combobox.List>
              {(user: User) => (
                <Combobox.Item key={user.id} value={user} className="menu-item">
                  <span className="grow cut">
                    <bdi>{user.name}</bdi>
                  </span>
                  {user.open !== undefined && <span className="quiet t12 n">{w.card.openOnes(user.open)}</span>}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
