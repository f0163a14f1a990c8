import type { Trx } from '../store/db.ts';
import { type Decided, type Given, noteOfDecision, noteOfFeedback } from './note.ts';

/** Notes of acts, with the names of whom and what they name. */

export async function decisionNote(trx: Trx, workspace: string, decided: Omit<Decided, 'to'>): Promise<string> {
  const { decision } = decided;
  const to = 'to' in decision ? decision.to : undefined;
  const taker =
    to === undefined
      ? undefined
      : await trx.selectFrom('app_user').select('name').where('workspace', '=', workspace).where('id', '=', to).executeTakeFirst();
  return noteOfDecision({ ...decided, to: taker?.name });
}

/** @param given `campaign` is its id */
export async function feedbackNote(trx: Trx, workspace: string, given: Given): Promise<string> {
  const campaign =
    given.campaign === undefined
      ? undefined
      : await trx
          .selectFrom('campaign')
          .select('name')
          .where('workspace', '=', workspace)
          .where('id', '=', given.campaign)
          .executeTakeFirst();
  return noteOfFeedback({ ...given, campaign: campaign?.name });
}
