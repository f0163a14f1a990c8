/**
 * What Roundcube's server wrote into the page for its own script: `rcmail.set_env({…})` in an inline script. A content
 * script can't see the object, but the text stands there. Mail bodies can't bring scripts, so it is a second witness.
 */
export function env(document: Document, key: string): string | undefined {
  for (const script of document.querySelectorAll('script:not([src])')) {
    const source = script.textContent ?? '';
    if (!source.includes('set_env(')) continue;
    const found = new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(source);
    if (found) return JSON.parse(found[1]!) as string;
  }
  return undefined;
}
