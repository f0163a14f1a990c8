import { createHash } from 'node:crypto';

/** Where an address was found, and in which of its forms. */
export interface Trace {
  address: string;
  form: string;
  where: string;
}

/** Everything by which somebody could tell an address again: written out, encoded, or hashed without a key. */
function formsOf(address: string): { form: string; text: string }[] {
  const lower = address.toLowerCase();
  const hashes = (['sha256', 'sha1', 'md5'] as const).flatMap((algorithm) => {
    const digest = createHash(algorithm).update(lower).digest();
    return [
      { form: `${algorithm} in hex`, text: digest.toString('hex') },
      { form: `${algorithm} in base64`, text: digest.toString('base64').replace(/=+$/, '') },
      { form: `${algorithm} in base64url`, text: digest.toString('base64url') },
    ];
  });
  return [
    { form: 'plain', text: lower },
    { form: 'percent-encoded', text: encodeURIComponent(lower).toLowerCase() },
    { form: 'base64', text: Buffer.from(lower).toString('base64').replace(/=+$/, '') },
    { form: 'base64url', text: Buffer.from(lower).toString('base64url') },
    ...hashes,
  ];
}

/** Every form is longer than this. */
const head = 12;

/**
 * Looks for addresses in texts, each of them in every form, whatever the case, and inside of what is itself base64 (a
 * token, a cursor). One passage over the texts, however many addresses.
 */
export function traces(addresses: readonly string[], texts: Readonly<Record<string, string>>): Trace[] {
  const byHead = new Map<string, { address: string; form: string; text: string }[]>();
  for (const address of addresses)
    for (const form of formsOf(address)) {
      if (form.text.length <= head) throw new Error(`“${form.text}” is too short to be looked for.`);
      const start = form.text.slice(0, head);
      byHead.set(start, [...(byHead.get(start) ?? []), { address, ...form }]);
    }
  const found: Trace[] = [];
  for (const [where, text] of Object.entries(texts)) {
    const decoded = (text.match(/[\w+/-]{20,}/g) ?? []).map((run) => Buffer.from(run, 'base64').toString('latin1')).join('\n');
    for (const hay of [text, text.toLowerCase(), decoded.toLowerCase()])
      for (let at = 0; at + head <= hay.length; at++)
        for (const { address, form, text: needle } of byHead.get(hay.slice(at, at + head)) ?? [])
          if (hay.startsWith(needle, at)) found.push({ address, form, where });
  }
  return found;
}
