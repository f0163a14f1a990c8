import { useMissing } from '../use-missing.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** On a site whose hosts the browser has not given: without them the card does not stand beside the page. */
export function NotAllowed({ origins }: { origins: readonly string[] }) {
  const { w } = useWords();
  const { requestOrigins } = useWorld();
  const missing = useMissing(origins);
  if (missing.length === 0) return null;
  return (
    <section className="row not-allowed">
      <p className="grow">{w.options.needsPermission}</p>
      <button type="button" className="btn small" onClick={() => void requestOrigins([...missing]).catch(() => undefined)}>
        {w.options.allow}
      </button>
    </section>
  );
}
