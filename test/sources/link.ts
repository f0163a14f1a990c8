import { OutgoingError } from '../../server/outgoing/request.ts';
import { makeLink, type TimedLink, unkept } from '../../server/sources/links.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { newId } from '../../server/store/id.ts';
import type { SimulatedClock } from '../fakes/clock.ts';
import type { Fake } from '../fakes/reply.ts';

/** A link straight into a fake, as the engine makes it: what the fake drops is a connection that broke. */
export function testLink(fake: Fake, clock: SimulatedClock, credentials: Record<string, string>, mapping: Mapping): TimedLink {
  return makeLink({
    id: newId(),
    call: into(fake),
    clock,
    credentials,
    mapping,
    renewal: unkept(credentials),
    signal: new AbortController().signal,
  });
}

export const into =
  (fake: Fake): TimedLink['call'] =>
  async (url, call) => {
    try {
      return await fake.outgoing(url, call);
    } catch (cause) {
      throw new OutgoingError('unreachable', { host: new URL(url).host, why: 'ECONNRESET' }, cause);
    }
  };
