import { z } from './z.ts';

/**
 * The version of the wire. A newer side accepts the two versions before its own, so two sides understand one another
 * when their numbers are at most two apart.
 */
export const api = 1;
export const speaks = (theirs: number): 'yes' | 'they-are-older' | 'they-are-newer' =>
  theirs < api - 2 ? 'they-are-older' : theirs > api + 2 ? 'they-are-newer' : 'yes';

/** `GET /.well-known/baton`: public, tells that a Baton answers here. `url` is the address it wants to be called by. */
export const discovery = z.object({
  name: z.literal('Baton'),
  version: z.string(),
  api: z.int(),
  url: z.url(),
});
export type Discovery = z.infer<typeof discovery>;
export const discoveryPath = '/.well-known/baton';
