import type { IncomingMessage } from 'node:http';

const longestForm = 8192;

/** A form, or nothing when it is no form or too long to be ours. */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even when too long: an answer to a request that is still being sent may never be seen.
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestForm) chunks.push(chunk);
  }
  if (size > longestForm) return undefined;
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** Sent by a page of somebody else; a site on another port of this computer would still be the same site. */
export function fromElsewhere(req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
