import { CardOf, type LeadProps } from '../queue/lead.tsx';
import { BackRow } from './back-row.tsx';

/** The card of a lead from the queue or a search, in place of the list. */
export const OfLead = ({ onBack, ...lead }: LeadProps & { onBack: () => void }) => (
  <>
    <BackRow onBack={onBack} />
    <CardOf {...lead} />
  </>
);
