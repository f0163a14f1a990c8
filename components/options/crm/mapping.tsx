import { useEffect, useState } from 'react';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { useTrouble } from '../../trouble.ts';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { Dictionary } from './dictionary.tsx';
import { DryRunResult } from './dry-run.tsx';
import type { DryRun, Mapping, Shape, Source } from './wire.ts';

interface Props {
  source: Source;
  agreement?: Agreement;
  onAgreed: () => void;
  onCancel?: () => void;
}

/**
 * What the CRM's words mean: the proposal, or what was agreed on; then what that would change; then the agreement to it.
 * Only what was looked at in a dry run can be agreed to.
 */
export function MappingEditor({ source, agreement, onAgreed, onCancel }: Props) {
  const { w } = useWords();
  const inWords = useTrouble();
  const c = w.crm;
  const { ask } = useWorld();
  const [shape, setShape] = useState<Shape>();
  const [mapping, setMapping] = useState<Mapping>();
  const [result, setResult] = useState<DryRun>();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const params = { id: source.id };
  const fail = (error: unknown) => setWrong(inWords(error));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each source; what is edited is not fetched over
  useEffect(() => {
    let wanted = true;
    call<Shape>(ask, { route: 'shapeOfSource', params: { id: source.id } }).then((found) => {
      if (!wanted) return;
      setShape(found);
      setMapping(source.mapping.agreed ? source.mapping : found.proposal);
    }, fail);
    return () => {
      wanted = false;
    };
  }, [ask, source.id]);
  const change = (next: Mapping) => {
    setMapping(next);
    setResult(undefined);
  };
  const look = () => {
    setWrong(undefined);
    setBusy(true);
    call<DryRun>(ask, { route: 'dryRunSource', params, body: { mapping } })
      .then(setResult, fail)
      .finally(() => setBusy(false));
  };
  const agree = () => {
    setWrong(undefined);
    setBusy(true);
    call(ask, { route: 'changeSource', params, body: { mapping: { ...mapping, agreed: true } } })
      .then(onAgreed, fail)
      .finally(() => setBusy(false));
  };
  return (
    <section className="mapping">
      <h3>{c.mapTitle(source.name)}</h3>
      {!source.mapping.agreed && <p className="second">{c.agreeFirst}</p>}
      {shape && mapping ? (
        <>
          <p className="second">{c.mapText}</p>
          <Dictionary source={source} shape={shape} mapping={mapping} agreement={agreement} onChange={change} />
        </>
      ) : (
        !wrong && (
          <p className="second late-words" role="status">
            {c.mapReading(source.name)}
          </p>
        )
      )}
      {result && shape && <DryRunResult result={result} />}
      {wrong && (
        <p className="help wrong" role="alert">
          <bdi>{wrong}</bdi>
        </p>
      )}
      {mapping && (
        <div className="row">
          {result ? (
            <button type="button" className="btn main" disabled={busy} onClick={agree}>
              {source.mapping.agreed ? c.agreeChange : c.agree}
            </button>
          ) : (
            <button type="button" className="btn main" disabled={busy} onClick={look}>
              {busy ? c.dryRunning : c.dryRun}
            </button>
          )}
          {onCancel && (
            <button type="button" className="btn plain" onClick={onCancel}>
              {w.cancel}
            </button>
          )}
        </div>
      )}
    </section>
  );
}
