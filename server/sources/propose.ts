import type { Stage } from '../../lib/funnel/words.ts';
import type { Choice, Mapping, Shape, ShapeField } from './source.ts';

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
  // Of the statuses only those that end it: the others say less than the lifecycle stage.
  if (source === 'hubspot')
    for (const stage of ['recycled', 'disqualified'] as const) {
      const status = statusFor(stage, shape.statuses);
      if (status !== undefined) stageIn[status] = stage;
    }
  const stageOut: Mapping['stageOut'] = {};
  for (const stage of ['sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'] as const) {
    const value = Object.keys(stageIn).find(
      (v) => stageIn[v] === stage && (source !== 'hubspot' || shape.stages.some((one) => one.value === v)),
    );
    const status = source === 'hubspot' ? statusFor(stage, shape.statuses) : undefined;
    if (value !== undefined || status !== undefined)
      stageOut[stage] = { ...(value !== undefined && { stage: value }), ...(status !== undefined && { status }) };
  }
  const { fields: own, contactFields, companyFields = [] } = shape;
  const fields = {
    linkedin: own.find((f) => /linked_?in/i.test(f.value))?.value,
    // Where people are of two kinds, those of the first have no company yet.
    segment: segmentIn(own, contactFields ? [] : companyFields),
    contactSegment: contactFields && segmentIn(contactFields, companyFields),
  };
  return {
    stageIn,
    stageOut,
    reasonOut: {},
    fields: Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    writeFeedback: false,
    agreed: false,
  };
}

/** A field made for it, or else the industry, which is kept with the company where there is one. */
function segmentIn(own: readonly ShapeField[], company: readonly ShapeField[]): string | undefined {
  const called = (list: readonly ShapeField[], name: RegExp) =>
    list.find((f) => wordy.includes(f.type) && (name.test(f.label) || name.test(f.value)))?.value;
  return called(own, forSegment) ?? called(company, forSegment) ?? called(company, forIndustry) ?? called(own, forIndustry);
}
const forSegment = /^(\w+\.)?((customer|market|kunden|markt)[ _-]?)?segment(__c)?$/i;
const forIndustry = /^(\w+\.)?(industry|branche)(__c)?$/i;
/** Types of fields that hold one short text, as the CRMs call them. */
const wordy = ['string', 'enumeration', 'picklist', 'text', 'select', 'lookup'];

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
