import { useState } from 'react';
import type { Status } from '../../../lib/bridge/protocol.ts';
import type { WireTeam, WireUser, WireUsers } from '../../../lib/contract/routes/users.ts';
import { Icon } from '../../icons.tsx';
import { useNow } from '../../now.ts';
import { useTrouble } from '../../trouble.ts';
import { useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { OpenTable } from '../open-table.tsx';
import { SectionHead } from '../page.tsx';
import { AddUser } from './add.tsx';
import { OpenUser } from './open.tsx';
import { Removed } from './removed.tsx';
import { Teams } from './teams.tsx';
import { Way } from './way.tsx';

/** Who works with Baton here, which everybody reads and an admin changes. */
export function UsersSection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const u = w.users;
  const now = useNow();
  const admin = status.me?.role === 'admin';
  const answer = useApi<WireUsers>({ route: 'users', ...(admin && { query: { all: 'true' } }) });
  const teams = useApi<{ items: WireTeam[] }>({ route: 'teams' });
  const [open, setOpen] = useState<string>();
  const [adding, setAdding] = useState(false);
  const [fresh, setFresh] = useState<string>();
  const changed = () => {
    answer.again();
    teams.again();
  };
  if (answer.state === 'waiting' || teams.state === 'waiting') return <SectionHead title={u.title} text={u.text} />;
  if (answer.state === 'failed' || teams.state === 'failed') {
    const trouble = answer.state === 'failed' ? answer.trouble : teams.state === 'failed' && teams.trouble;
    return (
      <>
        <SectionHead title={u.title} text={u.text} />
        <p className="note">
          <Icon name="off" />
          {inWords(trouble)}
        </p>
      </>
    );
  }
  const { signIn } = answer.value;
  const here = answer.value.items.filter(({ disabledAt }) => disabledAt === undefined);
  const gone = answer.value.items.filter(({ disabledAt }) => disabledAt !== undefined);
  const opened = here.find(({ id }) => id === open);
  const cells = (one: WireUser) => [
    u.roles[one.role],
    one.team ? (
      <bdi key="team">{one.team.name}</bdi>
    ) : (
      <span key="team" className="quiet">
        {u.noTeam}
      </span>
    ),
    ...(admin ? [<Way key="way" user={one} signIn={signIn} now={now} />, f.number(one.open)] : []),
  ];
  return (
    <>
      <SectionHead title={u.title} text={admin ? u.text : `${u.text} ${u.adminOnly}`}>
        {admin && !adding && (
          <button type="button" className="btn" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {u.add}
          </button>
        )}
      </SectionHead>
      {admin && <p className="second comes-in">{comesInWords(signIn, u)}</p>}
      {adding && (
        <AddUser
          teams={teams.value.items}
          onCancel={() => setAdding(false)}
          onDone={({ id }) => {
            setAdding(false);
            setOpen(id);
            setFresh(id);
            changed();
          }}
        />
      )}
      <OpenTable
        label={u.title}
        columns={[
          { head: u.name },
          { head: u.role },
          { head: u.team },
          ...(admin ? [{ head: u.signsIn }, { head: u.waiting, num: true as const }] : []),
        ]}
        rows={here.map((one) => ({
          id: one.id,
          name: one.name,
          small: one.id === status.me?.id ? `${one.email}${w.joint}${u.you}` : one.email,
          cells: cells(one),
        }))}
        {...(admin && {
          open,
          onOpen: (id: string | undefined) => {
            setFresh(undefined);
            setOpen(id);
          },
        })}
        {...(opened && {
          inside: (
            <OpenUser
              key={opened.id}
              user={opened}
              teams={teams.value.items}
              signIn={signIn}
              fresh={opened.id === fresh}
              me={opened.id === status.me?.id}
              onChange={changed}
            />
          ),
        })}
      />
      {gone.length > 0 && (
        <Removed
          users={gone}
          onBack={(id) => {
            setOpen(id);
            changed();
          }}
        />
      )}
      <Teams teams={teams.value.items} admin={admin} onChange={changed} />
    </>
  );
}

const comesInWords = ({ passwords, company }: WireUsers['signIn'], { comesIn }: ReturnType<typeof useWords>['w']['users']): string => {
  if (company === undefined) return comesIn.passwords;
  return passwords ? comesIn.both(company) : comesIn.company(company);
};
