import type { Stage } from '../../lib/funnel/words.ts';
import type { Choice, Mapping, Shape } from './source.ts';

/**
 * A mapping to begin with, made of the CRM's own words; people correct it before anything is read or written.
 * What is not recognised is left out: no guess is better than a wrong stage.
 */
export function propose(shape: Shape, source: string): Mapping {
  const stageIn: Record<string, Stage> = {};
  for (const { value, label } of [...shape.stages, ...(source === 'salesforce' ? shape.statuses : [])]) {
    const stage = recognise(label) ?? recognise(value);
    if (stage) stageIn[value] = stage;
  }
  const stageOut: Mapping['stageOut'] = {};
  for (const stage of ['sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'] as const) {
    const value = Object.keys(stageIn).find((v) => stageIn[v] === stage);
    const status = source === 'hubspot' ? statusFor(stage, shape.statuses) : undefined;
    if (value !== undefined || status !== undefined)
      stageOut[stage] = { ...(value !== undefined && { stage: value }), ...(status !== undefined && { status }) };
  }
  const linkedin = shape.fields.find((f) => /linked_?in/i.test(f.value));
  return { stageIn, stageOut, reasonOut: {}, fields: linkedin ? { linkedin: linkedin.value } : {}, writeFeedback: false, agreed: false };
}

/** Longer names first: “marketing qualified lead” is no lead. */
const words: [RegExp, Stage][] = [
  [/\bmql\b|marketing.?qualified/, 'mql'],
  [/\bsal\b|sales.?accepted|working/, 'sal'],
  [/\bsql\b|sales.?qualified/, 'sql'],
  [/not converted|disqualified|unqualified/, 'disqualified'],
  [/recycle|nurture/, 'recycled'],
  [/opportunity/, 'opportunity'],
  [/customer|closed.?won|^converted$/, 'customer'],
  [/subscriber/, 'subscriber'],
  [/^lead$|^open\b|^new$/, 'lead'],
];
const recognise = (text: string): Stage | undefined => words.find(([re]) => re.test(text.toLowerCase()))?.[1];

const statusOf: Partial<Record<Stage, string>> = {
  sal: 'IN_PROGRESS',
  sql: 'OPEN_DEAL',
  recycled: 'BAD_TIMING',
  disqualified: 'UNQUALIFIED',
};
const statusFor = (stage: Stage, statuses: Choice[]): string | undefined => statuses.find((s) => s.value === statusOf[stage])?.value;
