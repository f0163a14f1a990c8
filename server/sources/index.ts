import { hubspot } from './hubspot/index.ts';
import { mautic } from './mautic/index.ts';
import { salesforce } from './salesforce/index.ts';
import type { Source } from './source.ts';

/** Every CRM that can be connected. Adding one is a folder and a line here. */
export const sources: readonly Source[] = [hubspot, salesforce, mautic];

export const sourceById = (id: string): Source | undefined => sources.find((s) => s.id === id);
