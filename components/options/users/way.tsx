import type { WireUser, WireUsers } from '../../../lib/contract/routes/users.ts';
import { Icon } from '../../icons.tsx';
import { useWords } from '../../words/words.tsx';

/** How somebody comes in, in the list. */
export function Way({ user, signIn, now }: { user: WireUser; signIn: WireUsers['signIn']; now: number }) {
  const { w, f } = useWords();
  const { way } = w.users;
  switch (user.signsIn) {
    case 'company':
      return <bdi>{way.company(signIn.company ?? '')}</bdi>;
    case 'password':
      return way.password;
    case 'link':
      return way.link(f.moment(user.linkUntil ?? now, now));
    default:
      return (
        <span className="row not-yet">
          <Icon name="lock" />
          {way.none}
        </span>
      );
  }
}
