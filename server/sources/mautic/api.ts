import { OutgoingError } from '../../outgoing/request.ts';
import { type Link, SourceError } from '../source.ts';

interface Said {
  errors?: { message?: string; details?: unknown }[];
}

/** One call of a Mautic with the answer's JSON. @throws SourceError */
export async function call<T>(link: Link, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
  const { address = '', user = '', password = '' } = link.credentials;
  for (let attempt = 1; ; attempt++) {
    let answer: Awaited<ReturnType<Link['call']>>;
    try {
      answer = await link.call(`${address.replace(/\/$/, '')}/api${path}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: link.signal,
      });
    } catch (error) {
      if (error instanceof OutgoingError) throw new SourceError(error.transient ? 'away' : 'unexpected', error.message);
      throw error;
    }
    const said = parsed(answer.body);
    const failed = said !== undefined && Array.isArray((said as Said).errors) && (said as Said).errors!.length > 0;
    // Some failures come with status 200 and an `errors` list.
    if (answer.status < 300 && said !== undefined && !failed) return said as T;
    if (answer.status < 300 && said === undefined)
      throw new SourceError('unexpected', 'This address answers, but not like a Mautic. Enter the address you open Mautic at.');
    if ((answer.status >= 500 || answer.status === 429) && attempt < 4) {
      await link.clock.sleep(1_000 * 3 ** attempt, link.signal);
      continue;
    }
    const words = ((said as Said | undefined)?.errors ?? [])
      .map((e) => e.message)
      .filter(Boolean)
      .join(' ');
    if (answer.status === 401)
      throw new SourceError(
        'signed-out',
        'Mautic does not accept the user name and password. Check them, and that Basic authentication is turned on.',
      );
    if (answer.status === 403) throw new SourceError('forbidden', `Mautic: ${words || 'a permission is missing.'}`);
    if (answer.status === 404) throw new SourceError('not-found', words ? `Mautic: ${words}` : 'Mautic does not know this record.');
    if (answer.status >= 500 || answer.status === 429) throw new SourceError('away', `Mautic is in trouble itself (${answer.status}).`);
    throw new SourceError('refused', `Mautic: ${words || `the request was refused (${answer.status}).`}`);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Mautic's filters take UTC to the second, without a zone. */
export const utcSeconds = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
