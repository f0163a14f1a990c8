import type { Route } from './route.ts';
import * as agreement from './routes/agreement.ts';
import * as campaigns from './routes/campaigns.ts';
import * as cards from './routes/cards.ts';
import * as digests from './routes/digests.ts';
import * as events from './routes/events.ts';
import * as feedback from './routes/feedback.ts';
import * as handoffs from './routes/handoffs.ts';
import * as imports from './routes/imports.ts';
import * as ingest from './routes/ingest.ts';
import * as leads from './routes/leads.ts';
import * as leadsRead from './routes/leads-read.ts';
import * as leadset from './routes/leadset.ts';
import * as me from './routes/me.ts';
import * as operations from './routes/operations.ts';
import * as readKeys from './routes/read-keys.ts';
import * as ready from './routes/ready.ts';
import * as reports from './routes/reports.ts';
import * as reportAnswers from './routes/reports-answers.ts';
import * as reportBudget from './routes/reports-budget.ts';
import * as reportCommitments from './routes/reports-commitments.ts';
import * as reportCrmHealth from './routes/reports-crm-health.ts';
import * as reportFunnel from './routes/reports-funnel.ts';
import * as reportLongTerm from './routes/reports-long-term.ts';
import * as reportPerson from './routes/reports-person.ts';
import * as reportReasons from './routes/reports-reasons.ts';
import * as rules from './routes/rules.ts';
import * as segments from './routes/segments.ts';
import * as sources from './routes/sources.ts';
import * as users from './routes/users.ts';
import * as webhooks from './routes/webhooks.ts';
import * as writeKeys from './routes/write-keys.ts';

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'by' in value;

/** Every route of the wire by its name. The name is its `operationId`. */
export const routes: Readonly<Record<string, Route>> = Object.fromEntries(
  [
    operations,
    me,
    leadset,
    cards,
    leadsRead,
    leads,
    handoffs,
    feedback,
    agreement,
    campaigns,
    rules,
    ready,
    segments,
    users,
    writeKeys,
    sources,
    imports,
    ingest,
    events,
    readKeys,
    webhooks,
    reports,
    reportFunnel,
    reportAnswers,
    reportReasons,
    reportCommitments,
    reportBudget,
    reportLongTerm,
    reportCrmHealth,
    reportPerson,
    digests,
  ].flatMap((file) => Object.entries(file).filter(([, value]) => isRoute(value))),
) as Record<string, Route>;
