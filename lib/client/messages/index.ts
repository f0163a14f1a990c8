import type { FromContent, FromPages } from '../../bridge/protocol.ts';
import type { Validator } from '../../bridge/receive.ts';
import { once } from '../late.ts';
import { sensed } from './sensed.ts';

const asked = once(async () => (await import('./asked.ts')).asked);

/** What a message of this kind must look like. */
export const validatorOf = async (kind: keyof FromContent | keyof FromPages): Promise<Validator> =>
  Object.hasOwn(sensed, kind) ? sensed[kind as keyof typeof sensed] : (await asked())[kind as Exclude<typeof kind, keyof typeof sensed>];
