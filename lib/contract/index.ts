import type { Route } from './route.ts';
import * as cards from './routes/cards.ts';
import * as events from './routes/events.ts';
import * as leadsRead from './routes/leads-read.ts';
import * as leadset from './routes/leadset.ts';
import * as me from './routes/me.ts';
import * as operations from './routes/operations.ts';

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'by' in value;

/** Every route of the wire by its name. The name is its `operationId`. */
export const routes: Readonly<Record<string, Route>> = Object.fromEntries(
  [operations, me, leadset, cards, leadsRead, events].flatMap((file) => Object.entries(file).filter(([, value]) => isRoute(value))),
) as Record<string, Route>;
