import type { Status } from '../../lib/bridge/protocol.ts';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';
import { AccessKeys } from './access-keys.tsx';
import { Crms } from './crm/crms.tsx';
import { Imports } from './imports.tsx';
import { SectionHead } from './page.tsx';
import { Rejects } from './rejects.tsx';

/** Where data comes from: CRMs, files by hand, events by write keys, and what of either could not be read. */
export function SourcesSection({ status }: { status: Status }) {
  const { w } = useWords();
  const o = w.options;
  const role = status.me?.role;
  const admin = role === 'admin';
  const imports = admin || role === 'marketer' || role === 'manager';
  return (
    <>
      <SectionHead title={o.sources} text={o.sourcesText} />
      {imports && <Crms admin={admin} />}
      {imports && <Imports />}
      {admin ? (
        <>
          <AccessKeys to="write" />
          <Rejects />
        </>
      ) : (
        <p className="note section-gap">
          <Icon name="info" />
          {o.adminOnly}
        </p>
      )}
    </>
  );
}
