import { type Link, permitted } from '../source.ts';
import { each } from './each.ts';

export interface MauticUser {
  id: number;
  username?: string;
  firstName?: string;
  lastName?: string;
  email?: string;
}
/** Who owns a contact, by address. A contact names its owner without one. */
export type OwnerOf = (owner: MauticUser | null) => string | undefined;

/** Nobody where the connected user may not see the others. */
export const users = (link: Link): Promise<MauticUser[]> => permitted(() => Array.fromAsync(each<MauticUser>(link, '/users', 'users')), []);

export async function readOwners(link: Link): Promise<OwnerOf> {
  const known = new Map((await users(link)).map(({ id, email }) => [id, email]));
  return (owner) => {
    if (!owner) return undefined;
    // Many sign in by their address.
    const called = owner.username?.includes('@') ? owner.username : undefined;
    return owner.email || known.get(owner.id) || called;
  };
}
