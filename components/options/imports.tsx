import { type DragEvent, useId, useRef, useState } from 'react';
import type { importRows } from '../../lib/contract/routes/imports.ts';
import type { z } from '../../lib/contract/z.ts';
import { Icon } from '../icons.tsx';
import { Termed } from '../parts/entry.tsx';
import { Segments } from '../parts/segments.tsx';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { troubleWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Answer = z.output<NonNullable<typeof importRows.answer>>;
const kinds = ['people', 'campaigns', 'touches', 'spend'] as const;
type Kind = (typeof kinds)[number];

/** A message between a page and the background holds no more; larger files have a command of their own. */
const mostBytes = 20 * 1024 * 1024;
const listed = 20;

/** What a file is, by its name and then by the columns that only one kind has. */
export function kindOf(name: string, head: string): Kind {
  const named = kinds.find((kind) => name.toLowerCase().includes(kind));
  if (named) return named;
  const columns = head
    .toLowerCase()
    .split(/[,;\t]/)
    .map((column) => column.trim().replace(/^"|"$/g, ''));
  const has = (...some: string[]) => some.some((column) => columns.includes(column));
  if (has('planned', 'spent')) return 'spend';
  if (has('kind', 'asset', 'at')) return 'touches';
  if (has('startedon', 'headline', 'points')) return 'campaigns';
  return 'people';
}

interface Chosen {
  name: string;
  text: string;
  kind: Kind;
}
type State =
  | { at: 'nothing' }
  | { at: 'asking' | 'sending'; file: Chosen }
  | { at: 'done'; file: Chosen; answer: Answer }
  | { at: 'failed'; sentence: string };

/** Drops a CSV: good rows are kept, each refused one is listed with its line, its column and why. */
export function Imports() {
  const { w } = useWords();
  const inWords = useTrouble();
  const { ask } = useWorld();
  const o = w.options;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<State>({ at: 'nothing' });
  const [over, setOver] = useState(false);

  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > mostBytes) return setState({ at: 'failed', sentence: o.importTooBig });
    const text = await file.text();
    setState({ at: 'asking', file: { name: file.name, text, kind: kindOf(file.name, text.slice(0, 4096).split('\n')[0] ?? '') } });
  };
  const send = (file: Chosen) => {
    setState({ at: 'sending', file });
    call<Answer>(ask, { route: 'importRows', params: { kind: file.kind }, body: file.text }).then(
      (answer) => setState({ at: 'done', file, answer }),
      (error: unknown) => setState({ at: 'failed', sentence: inWords(error) }),
    );
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way; the button beside it is the other */}
      <div
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="get" />
        <div className="grow">
          <b>
            <Termed text={o.imports} />
          </b>
          <p>{o.importsText}</p>
        </div>
        <input
          ref={input}
          id={id}
          type="file"
          accept=".csv,text/csv,text/plain"
          className="unseen"
          tabIndex={-1}
          aria-label={o.chooseFile}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <button type="button" className="btn" onClick={() => input.current?.click()}>
          {o.chooseFile}
        </button>
      </div>
      <div aria-live="polite" className="import-state">
        {state.at === 'asking' && (
          <>
            <p className="second">{o.importWhich(state.file.name)}</p>
            <div className="row">
              <Segments
                label={o.importWhich(state.file.name)}
                value={state.file.kind}
                items={kinds.map((kind) => ({ value: kind, label: o.importKinds[kind] }))}
                onPick={(kind) => setState({ at: 'asking', file: { ...state.file, kind } })}
              />
              <button type="button" className="btn main" onClick={() => send(state.file)}>
                {o.importAs(o.importKinds[state.file.kind])}
              </button>
              <button type="button" className="btn plain" onClick={() => setState({ at: 'nothing' })}>
                {w.cancel}
              </button>
            </div>
          </>
        )}
        {state.at === 'sending' && <p className="second">{o.importing(state.file.name)}</p>}
        {state.at === 'failed' && (
          <p className="note wrong">
            <Icon name="alert" />
            <span>
              <b>{o.importFailed}</b> {state.sentence}
            </span>
          </p>
        )}
        {state.at === 'done' && <Result file={state.file} answer={state.answer} />}
      </div>
    </section>
  );
}

function Result({ file, answer }: { file: Chosen; answer: Answer }) {
  const { w, f } = useWords();
  const o = w.options;
  const [all, setAll] = useState(false);
  const refused = answer.refused.length + answer.unlisted;
  const shown = all ? answer.refused : answer.refused.slice(0, listed);
  return (
    <>
      <p className="row">
        <Icon name={refused ? 'alert' : 'check'} />
        <b className="cut">{file.name}</b>
        <span className="second">{o.imported(answer.kept, refused)}</span>
      </p>
      {answer.unknownColumns.length > 0 && <p className="help">{o.unknownColumns(f.list(answer.unknownColumns))}</p>}
      {shown.length > 0 && <Lines title={o.why} lines={shown} />}
      {answer.refused.length > shown.length && (
        <button type="button" className="btn small plain" onClick={() => setAll(true)}>
          {o.showAllRefused(answer.refused.length)}
        </button>
      )}
      {answer.notes.length > 0 && <Lines title={o.keptBut} lines={answer.notes.slice(0, listed)} />}
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: Answer['refused'] }) {
  const { w, f } = useWords();
  const o = w.options;
  return (
    <table className="table tight import-lines">
      <thead>
        <tr>
          <th scope="col" className="num">
            {o.line}
          </th>
          <th scope="col">{o.column}</th>
          <th scope="col">{title}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ line, column, why, said }) => (
          <tr key={`${line} ${column ?? ''} ${why}`}>
            <td className="num">{f.number(line)}</td>
            <td>{column ?? '–'}</td>
            <td>{troubleWords({ sentence: why, said }, w)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
