import { route } from '../route.ts';
import { z } from '../z.ts';

/** The words that files, traits and CRMs use for kinds of customers; the largest first. */
export const segments = route({
  method: 'GET',
  path: '/v1/segments',
  summary: 'Segments that people are in, with how many',
  tag: 'Reports',
  by: 'any',
  answer: z.object({ items: z.array(z.object({ segment: z.string(), people: z.int() })) }),
});
