import { type Told, TriageProvider } from '../card/triage.ts';
import { CardOf, type LeadProps } from '../queue/lead.tsx';
import { BackRow } from './back-row.tsx';

/** The card of a lead from the queue or a search, in place of the list. */
export const OfLead = ({ onBack, tell, ...lead }: LeadProps & { onBack: () => void; tell: Told }) => (
  <>
    <BackRow onBack={onBack} />
    <TriageProvider value={tell}>
      <CardOf {...lead} />
    </TriageProvider>
  </>
);
