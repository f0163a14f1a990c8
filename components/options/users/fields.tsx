import type { WireTeam } from '../../../lib/contract/routes/users.ts';
import { type Role, roles } from '../../../lib/funnel/words.ts';
import { Termed } from '../../parts/entry.tsx';
import { useWords } from '../../words/words.tsx';
import { Choose, Text } from '../propose/field.tsx';

export interface Of {
  name: string;
  role: Role;
  /** Empty for none. */
  team: string;
}

/** What can be changed of a user: name, role and team, and what the role may do. */
export function Fields({ of, teams, onChange }: { of: Of; teams: readonly WireTeam[]; onChange: (of: Of) => void }) {
  const { w } = useWords();
  const u = w.users;
  return (
    <>
      <Text at="/name" label={u.name} value={of.name} most={200} onChange={(name) => onChange({ ...of, name })} />
      <Choose
        at="/role"
        label={u.role}
        value={of.role}
        items={roles.map((value) => ({ value, label: u.roles[value] }))}
        onChange={(role) => onChange({ ...of, role })}
      />
      <Choose
        at="/team"
        label={u.team}
        value={of.team}
        items={[
          { value: '', label: u.noTeam },
          ...teams.map(({ id, name, side }) => ({ value: id, label: `${name}${w.joint}${w.team[side]}` })),
        ]}
        onChange={(team) => onChange({ ...of, team })}
      />
      <p className="help wide">
        <Termed text={u.mayDo[of.role]} />
      </p>
    </>
  );
}
