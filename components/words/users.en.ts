import { counter } from './plural.ts';

const count = counter('en');

/** Words of the options about who works with Baton here. */
export const users = {
  title: 'Users and teams',
  text: 'Who works with Baton here, in which role and team.',
  adminOnly: 'Your admin adds users and changes what they may do.',
  add: 'Add a user',
  name: 'Name',
  email: 'Email',
  emailHint: 'noor@company.com',
  role: 'Role',
  roles: { rep: 'Rep', marketer: 'Marketer', manager: 'Manager', admin: 'Admin' },
  mayDo: {
    rep: 'Answers hand-offs, adds leads, gives feedback.',
    marketer: 'Hands over, answers feedback, makes rules, signs the agreement for marketing.',
    manager: 'Does what a rep does, gives leads to others, sees the team’s figures, signs the agreement for sales.',
    admin: 'Adds users, connects sources and webhooks, changes settings. Takes no hand-offs.',
  },
  team: 'Team',
  noTeam: 'No team',
  waiting: 'Waiting',
  signsIn: 'Signs in',
  make: (name: string) => `Add ${name}`,
  keep: 'Keep changes',
  kept: 'Changed.',
  you: 'you',

  comesIn: {
    passwords:
      'A new user comes in by a link that you make here and hand on: they choose a password by it, and sign in from the extension.',
    company: (by: string) =>
      `They sign in with ${by}. Whoever has the address of their account there gets in as soon as they are added here.`,
    both: (by: string) =>
      `They sign in with ${by}: whoever has the address of their account there gets in as soon as they are added. Anybody else chooses a password by a link that you make here.`,
  },
  way: {
    company: (by: string) => `with ${by}`,
    password: 'with a password',
    link: (until: string) => `link until ${until}`,
    none: 'not yet',
  },
  wayText: {
    company: (name: string, by: string) => `${name} signs in with ${by}.`,
    password: (name: string) => `${name} signs in with a password. By a link they choose another; until then the old one holds.`,
    link: (name: string, until: string) => `${name} has a link to choose a password by, good until ${until}. A new one ends it.`,
    none: (name: string) => `${name} cannot sign in yet: make a link and hand it on.`,
  },
  link: {
    none: 'Make a link',
    company: 'Make a link for a password',
    password: 'Make a link for a new password',
    link: 'Make a new link',
  },
  linkOnce: (name: string, until: string) =>
    `Hand it to ${name} yourself: whoever opens it becomes ${name}. It works once, until ${until}, and is not shown again.`,

  losesRole: (name: string, n: number) =>
    n > 0
      ? `${name} then answers no hand-offs: ${count(n, 'lead that waits', 'leads that wait')} for them ${n === 1 ? 'goes' : 'go'} back to the team’s pool.`
      : `${name} then answers no hand-offs. Nothing waits for them.`,
  roleSignsOut: (name: string) => `A change of role signs ${name} out; they sign in again.`,
  remove: 'Remove',
  removeText: (name: string, n: number) =>
    `${name} is signed out within seconds and keeps no card. ${
      n > 0
        ? `${count(n, 'lead that waits', 'leads that wait')} for them ${n === 1 ? 'goes' : 'go'} back to the team’s pool.`
        : 'Nothing waits for them.'
    } What they did stays, under their name. You can bring them back.`,
  removeYou: 'This is you: you are signed out yourself.',
  removeSure: (name: string) => `Remove ${name}`,
  removed: 'Removed',
  showRemoved: (n: number) => `Show ${count(n, 'removed user', 'removed users')}`,
  hideRemoved: 'Hide removed users',
  bringBack: 'Bring back',
  bringBackOne: (name: string) => `Bring back ${name}`,

  teams: 'Teams',
  teamsText: 'A hand-off can go to a team’s pool, where anybody of sales may take it. Reports compare teams.',
  noTeams: 'There are no teams yet. Everybody shares one pool.',
  side: 'Side',
  people: 'Users',
  addTeam: 'Add a team',
  rename: 'Rename',
  removeTeam: 'Remove',
  removeTeamText: 'What waits in its pool is in everybody’s from then on.',
  teamHasUsers: (n: number) => `${count(n, 'user is', 'users are')} in this team. Give ${n === 1 ? 'that one' : 'them'} another first.`,
};
