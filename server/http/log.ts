import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured logs without personal data: routes as patterns, never addresses or query strings; of an error its kind,
 * code and place, never a message that may quote what somebody sent.
 */
export const openLog = (level: string, to?: DestinationStream): Log =>
  pino({ level, base: { name: 'baton' }, serializers: { err: describe, error: describe } }, to ?? pino.destination(2));

/** Errors whose text may quote input: the database's, the JSON parser's, and copies, which no longer say whose they are. */
const quotes = (error: Error): boolean =>
  !(error instanceof Error) || error instanceof SyntaxError || 'severity' in error || error.name === 'ZodError';

/** An error, or the copy of one that the job queue hands on: an object with its fields and its stack. */
const isError = (thing: unknown): thing is Error =>
  thing instanceof Error || (typeof thing === 'object' && thing !== null && 'stack' in thing);

export function describe(error: unknown): Record<string, unknown> {
  if (!isError(error)) return { kind: typeof error };
  const { code, constraint, table, routine, position } = error as Error & Record<string, unknown>;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    kind: error.name ?? 'Error',
    ...(!quotes(error) && { message: error.message }),
    ...Object.fromEntries(Object.entries({ code, constraint, table, routine, position }).filter(([, value]) => value !== undefined)),
    stack: frames.join('\n'),
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
  };
}
