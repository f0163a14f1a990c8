import type { WireTeam, WireUser, WireUsers } from '../../lib/contract/routes/users.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { admin } from './fixtures.ts';

/** Who works with Baton, as the backend answers an admin. */
const user = (n: number, name: string, over: Partial<WireUser> = {}): WireUser => ({
  id: `0192f0c1-0000-7000-8000-00000000010${n}`,
  name,
  email: `${name.toLowerCase().replace(/\W+/g, '.')}@ridgeway.example`,
  role: 'rep',
  open: 0,
  signsIn: 'password',
  ...over,
});
const north = { id: 't1', name: 'North' };
const items: WireUser[] = [
  user(0, admin.name, { id: admin.id, email: admin.email, role: 'admin' }),
  user(1, 'Ana Petrov', { team: north, open: 7 }),
  user(2, 'Ines Okafor', { role: 'marketer', team: { id: 't2', name: 'Marketing' } }),
  user(3, 'Maximiliane-Theresia von Hohenstaufen-Lichtenfels', {
    email: 'maximiliane-theresia.von.hohenstaufen-lichtenfels@vertrieb.mitteleuropa.ridgeway.example',
    role: 'manager',
    team: { id: 't3', name: 'Öffentliche Verwaltung und kommunale Versorgungsunternehmen' },
    open: 12,
    signsIn: 'link',
    linkUntil: '2026-11-27T09:30:00Z',
  }),
  user(4, 'Noor de Vries', { signsIn: 'none', team: north, open: 1 }),
];
const gone: WireUser[] = [
  user(5, 'Paul Brenner', { role: 'manager', disabledAt: '2026-11-20T09:30:00Z', signsIn: 'password' }),
  user(6, 'Tomasz Zieliński', { disabledAt: '2026-03-02T09:30:00Z', signsIn: 'none' }),
];
const teams: WireTeam[] = [
  { id: 't1', name: 'North', side: 'sales', users: 2 },
  { id: 't2', name: 'Marketing', side: 'marketing', users: 1 },
  { id: 't3', name: 'Öffentliche Verwaltung und kommunale Versorgungsunternehmen', side: 'sales', users: 0 },
];

/** An answer that is not a success. */
export class Refused {
  readonly status: number;
  readonly body: object;
  constructor(status: number, said: Said, pointer?: string) {
    const detail = inEnglish(said)!;
    this.status = status;
    this.body = { type: 'urn:baton:problem:refused', detail, refusal: said, ...(pointer && { errors: [{ pointer, detail, said }] }) };
  }
}

const withPasswords: WireUsers['signIn'] = { passwords: true };
export const ofUsers = {
  users: { items: [...items, ...gone], signIn: withPasswords },
  teams: { items: teams },
  addLink: { url: 'https://baton.ridgeway.example/sign-in/link/Jx3example0link0that0is0shown0once0aGk', until: '2026-11-27T11:45:00Z' },
  addUser: new Refused(409, says('user-known'), '/email'),
  changeUser: new Refused(422, says('last-admin')),
  removeTeam: new Refused(422, says('team-in-rule', { rule: 'Ten points in a fortnight' })),
};
/** As somebody who is no admin gets them. */
export const asRead = {
  ...ofUsers,
  users: { items: items.map(({ signsIn, linkUntil, ...read }) => read), signIn: withPasswords },
};
/** The first admin, in a company that signs in with its own accounts, before anybody else is there. */
export const atFirst = {
  users: {
    items: [user(0, admin.name, { id: admin.id, email: admin.email, role: 'admin', signsIn: 'company' })],
    signIn: { passwords: false, company: 'Ridgeway SSO' },
  },
  teams: { items: [] },
};
export const ofBoth = {
  users: {
    items: [items[0]!, { ...items[1]!, signsIn: 'company' }, items[4]!],
    signIn: { passwords: true, company: 'Ridgeway SSO' },
  },
  teams: { items: teams },
};
