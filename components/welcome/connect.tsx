import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Status } from '../../lib/bridge/protocol.ts';
import { Icon } from '../icons.tsx';
import { hostOf } from '../popup/popup.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** Where a backend started with the project's own command listens. */
const sampleBackend = 'http://127.0.0.1:8787';
const sampleCommand = 'npm start';
/** After the last key press, ms. */
const settle = 400;

type Probed = { state: 'nothing' | 'looking' } | { state: 'found'; name: string; version: string } | { state: 'wrong'; sentence: string };

export function Connect({ status, onConnected }: { status: Status; onConnected: () => void }) {
  const { w } = useWords();
  const c = w.welcome;
  const { ask } = useWorld();
  const id = useId();
  const fixed = status.managed.backend === true;
  const [text, setText] = useState(status.setBackend ?? status.connection.backend ?? '');
  const [probed, setProbed] = useState<Probed>({ state: 'nothing' });
  const [signing, setSigning] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const [noSample, setNoSample] = useState(false);
  const turn = useRef(0);

  const probe = useCallback(
    async (backend: string): Promise<boolean> => {
      const mine = ++turn.current;
      setProbed({ state: 'looking' });
      const found = await ask('probe', { backend }).catch((error: unknown) => ({
        ok: false as const,
        sentence: error instanceof BridgeError ? error.sentence : c.notThere,
      }));
      if (mine !== turn.current) return found.ok;
      setProbed(found.ok ? { state: 'found', name: found.name, version: found.version } : { state: 'wrong', sentence: found.sentence });
      return found.ok;
    },
    [ask, c],
  );
  useEffect(() => {
    const backend = text.trim();
    turn.current++;
    setProbed({ state: 'nothing' });
    if (!backend) return;
    const timer = setTimeout(() => void probe(backend), settle);
    return () => clearTimeout(timer);
  }, [text, probe]);

  const signIn = (backend: string) => {
    setWrong(undefined);
    setSigning(backend);
    ask('connect', { backend }).then(onConnected, (error: unknown) => {
      setSigning(undefined);
      setWrong(error instanceof BridgeError && error.code !== 'unreachable' ? error.sentence : c.cancelled);
    });
  };
  const sample = useCallback(async () => {
    setNoSample(false);
    if (await probe(sampleBackend)) setText(sampleBackend);
    else {
      setProbed({ state: 'nothing' });
      setNoSample(true);
    }
  }, [probe]);
  useEffect(() => {
    if (location.hash === '#sample') void sample();
  }, [sample]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fixed || probed.state === 'found') signIn(text.trim());
  };

  if (signing !== undefined)
    return (
      <>
        <h1>{c.finishTitle}</h1>
        <p>{c.finishText(signing ? hostOf(withScheme(signing)) : w.card.label)}</p>
        <p className="help">{c.nothingOpened}</p>
        <div className="step-foot row">
          <button type="button" className="btn" onClick={() => signIn(signing)}>
            {c.openAgain}
          </button>
          <button type="button" className="btn plain" onClick={() => setSigning(undefined)}>
            {w.cancel}
          </button>
        </div>
      </>
    );
  const said = wrong ?? (probed.state === 'wrong' ? probed.sentence : undefined);
  return (
    <form className="step-form" onSubmit={submit}>
      <h1>{fixed && probed.state === 'found' ? c.connectTo(probed.name) : c.connectTitle}</h1>
      <p>{fixed ? c.connectManaged : c.connectText}</p>
      <label className="label" htmlFor={id}>
        {c.address}
      </label>
      <span className={fixed ? 'field is-set' : 'field'}>
        <Icon name={fixed ? 'lock' : 'globe'} />
        <input
          id={id}
          autoComplete="url"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the one thing to do on this page
          autoFocus
          readOnly={fixed}
          placeholder={c.addressHint}
          value={text}
          aria-invalid={said !== undefined || undefined}
          aria-describedby={`${id}-said`}
          onChange={(e) => {
            setText(e.target.value);
            setWrong(undefined);
            setNoSample(false);
          }}
        />
        {probed.state === 'looking' && <span className="quiet t12">{c.checking}</span>}
        {probed.state === 'found' && (
          <span className="row found t12">
            <Icon name="check" small />
            {c.found(probed.version)}
          </span>
        )}
      </span>
      <div id={`${id}-said`} role="status">
        {said ? (
          <p className="help wrong">{said}</p>
        ) : noSample ? (
          <p className="help">{fill(c.sampleNone, { command: <code>{sampleCommand}</code> })}</p>
        ) : fixed ? (
          <p className="help">{w.options.setByCompany}</p>
        ) : (
          <p className="help">
            {fill(c.orSample, {
              try: (
                <button type="button" className="btn link inline" onClick={() => void sample()}>
                  {c.trySample}
                </button>
              ),
            })}
          </p>
        )}
      </div>
      <div className="step-foot row">
        <button type="submit" className="btn main" disabled={!fixed && probed.state !== 'found'}>
          {w.signIn}
        </button>
        {(fixed || probed.state === 'found') && text && <span className="quiet t12 cut">{c.opens(hostOf(withScheme(text)))}</span>}
      </div>
    </form>
  );
}

const withScheme = (text: string) => (/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
