import { type Stage, stages } from '../../lib/funnel/words.ts';

/** What other systems call the stages. Their words differ in case, spaces and punctuation; none of these means two things. */
const synonyms: Record<string, Stage> = {
  marketingqualified: 'mql',
  marketingqualifiedlead: 'mql',
  salesaccepted: 'sal',
  salesacceptedlead: 'sal',
  salesqualified: 'sql',
  salesqualifiedlead: 'sql',
  opportunities: 'opportunity',
  won: 'customer',
  closedwon: 'customer',
  evangelist: 'customer',
  inquiry: 'lead',
  recycle: 'recycled',
  nurture: 'recycled',
  disqualify: 'disqualified',
  rejected: 'disqualified',
  unqualified: 'disqualified',
};

export function stageOf(word: string): Stage | undefined {
  const bare = word.toLowerCase().replace(/[^a-z]/g, '');
  return (stages as readonly string[]).includes(bare) ? (bare as Stage) : synonyms[bare];
}
