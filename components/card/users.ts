import { useEffect, useState } from 'react';
import { useWorld } from '../world.tsx';
import type { User } from './pick-user.tsx';

/** Who can work on a lead: reps and managers. */
export function useSellers(): User[] | 'waiting' | 'failed' {
  const { ask } = useWorld();
  const [users, setUsers] = useState<User[] | 'waiting' | 'failed'>('waiting');
  useEffect(() => {
    let wanted = true;
    ask('users').then(
      ({ items }) => wanted && setUsers(items.filter((u) => u.role === 'rep' || u.role === 'manager')),
      () => wanted && setUsers('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [ask]);
  return users;
}
