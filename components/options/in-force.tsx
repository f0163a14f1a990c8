import { createContext, type ReactNode, useContext } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Team } from '../../lib/funnel/words.ts';
import { Agreed } from '../parts/entry.tsx';
import { type Answer, useApi } from '../use-api.ts';

export interface Signature {
  team: Team;
  by: string;
  at: string;
}
export interface AgreementAnswer {
  agreement?: Agreement;
  draft?: { agreement: Agreement; signatures: Signature[]; differences: { path: string; before?: unknown; after?: unknown }[] };
  versions: { version: number; madeAt: string; inForceAt?: string; signatures: Signature[] }[];
}
type Asked = Answer<AgreementAnswer> & { again: () => void };

const Context = createContext<Asked | undefined>(undefined);

/** Asks once for what the workspace agreed on, for everything inside; its words open what the agreement in force says of them. */
export function InForce({ children }: { children: ReactNode }) {
  const asked = useApi<AgreementAnswer>({ route: 'getAgreement' });
  return (
    <Context.Provider value={asked}>
      <Agreed agreement={inForceOf(asked)}>{children}</Agreed>
    </Context.Provider>
  );
}

/** What was asked; `undefined` where nobody has signed in. */
export const useAgreementAsked = (): Asked | undefined => useContext(Context);

const inForceOf = (asked: Asked): Agreement | undefined => (asked.state === 'here' ? asked.value.agreement : undefined);
