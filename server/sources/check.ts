import type { CrmCode } from '../../lib/funnel/sentences/crms.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { type Finding, SourceError } from './source.ts';

/**
 * Something the credentials may allow: how it is tried, and what is missing without it. Where it is allowed, there may
 * be something to know of it.
 */
export type Right = readonly [
  right: string,
  what: CrmCode,
  ask: () => Promise<unknown>,
  without: CrmCode,
  know?: () => Promise<Said | undefined>,
];

/** Tries one right after the other, as long as the CRM itself answers. What it says no to is told, not thrown. */
export async function findingsOf(rights: readonly Right[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [right, what, ask, without, know] of rights) {
    try {
      await ask();
      const said = await know?.();
      findings.push({ right, what, ok: true, ...(said && { said }) });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const { said, trouble } = error;
      const no = ['forbidden', 'refused', 'not-found'].includes(trouble);
      findings.push({ right, what, ok: false, said, ...(no && { without }) });
      if (!no) break;
    }
  }
  return findings;
}
