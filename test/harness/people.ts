import { users } from '../../server/sample/cast.ts';

/** Sample accounts by what they do. */
const by = (key: string): string => users.find((user) => user.key === key)!.email;
export const rep = by('rep');
export const otherRep = by('ana');
export const marketer = by('marketer');
export const manager = by('manager');
export const admin = by('admin');
