import { useState } from 'react';
import type { Settings, Status } from '../../lib/bridge/protocol.ts';
import type { Connection } from '../../lib/bridge/scene.ts';
import { type Language, languages } from '../../lib/funnel/language.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Choice } from '../parts/choice.tsx';
import { Termed } from '../parts/entry.tsx';
import { Option, Switch } from '../parts/page.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { hostOf } from '../popup/popup.tsx';
import { Unsent } from '../popup/unsent.tsx';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SectionHead } from './page.tsx';
import { useWorkspaceSetting } from './workspace-setting.ts';

const iconOf: Record<Connection['state'], IconName> = {
  live: 'check',
  cached: 'check',
  offline: 'off',
  'signed-out': 'lock',
  'not-connected': 'plug',
  paused: 'pause',
};

export function ConnectionSection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const o = w.options;
  const { ask, openPage } = useWorld();
  const now = useNow();
  const [wrong, setWrong] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  const [showing, setShowing] = useState(false);
  const { connection, me, settings, managed, outbox } = status;
  const backend = connection.backend ? hostOf(connection.backend) : undefined;
  const line = !backend
    ? o.noBackend
    : connection.syncedAt
      ? o.stateLine(backend, f.moment(connection.syncedAt, now), f.number(connection.leads ?? 0), f.number(status.cards))
      : o.neverSynced(backend);
  const run = (work: Promise<unknown>) => {
    setWrong(undefined);
    work.catch((error: unknown) => setWrong(error instanceof Error ? error.message : w.failed));
  };
  const change = (patch: Partial<Settings>) => run(ask('settings', patch));
  const connected = connection.state !== 'not-connected' && connection.state !== 'signed-out';
  return (
    <>
      <SectionHead title={o.connection} text={o.connectionText} />
      <div className={`state ${connection.state}`}>
        <Icon name={iconOf[connection.state]} />
        <div className="grow">
          <b>{o.state[connection.state]}</b>
          <p>{line}</p>
          {connection.sentence && <p>{connection.sentence}</p>}
        </div>
        {connected ? (
          <button type="button" className="btn" onClick={() => run(ask('sync'))}>
            {connection.state === 'offline' ? w.tryNow : o.syncNow}
          </button>
        ) : (
          <button
            type="button"
            className="btn main"
            onClick={() => (connection.backend ? run(ask('connect', { backend: connection.backend })) : openPage('welcome'))}
          >
            {connection.backend ? w.signIn : w.connect}
          </button>
        )}
      </div>
      <Wrong>{wrong}</Wrong>
      {me && connected && (
        <Option
          title={o.signedInAs(me.email)}
          control={
            leaving ? (
              <span className="row">
                <button type="button" className="btn" onClick={() => run(ask('signOut').then(() => setLeaving(false)))}>
                  {o.signOutSure}
                </button>
                <button type="button" className="btn plain" onClick={() => setLeaving(false)}>
                  {w.cancel}
                </button>
              </span>
            ) : (
              <button type="button" className="btn" onClick={() => setLeaving(true)}>
                {o.signOut}
              </button>
            )
          }
        >
          {leaving ? o.signOutAsk : o.roleTeam(w.role[me.role], me.workspace, me.team)}
        </Option>
      )}
      <Option
        title={o.waiting}
        control={
          outbox.waiting + outbox.refused > 0 && (
            <button type="button" className="btn" aria-expanded={showing} onClick={() => setShowing(!showing)}>
              {showing ? o.hide : o.show}
            </button>
          )
        }
      >
        {outbox.waiting > 0 ? o.waitingText(outbox.waiting) : o.waitingNone} {outbox.refused > 0 && o.refusedText(outbox.refused)}
      </Option>
      {showing && <Waiting connection={connection} />}
      <Option title={o.tellMe} control={<Switch label={o.tellMe} on={settings.notify} onChange={(notify) => change({ notify })} />}>
        <Termed text={o.tellMeText} />
      </Option>
      <Option
        title={o.language}
        control={
          <Choice
            label={o.language}
            value={settings.language}
            items={(['auto', 'en', 'de'] as const).map((value) => ({ value, label: o.languages[value] }))}
            onChange={(language) => change({ language })}
          />
        }
      >
        {o.languageText}
        {status.workspaceLanguage && ` ${o.languageMails}`}
      </Option>
      {me?.role === 'admin' && status.workspaceLanguage && <WorkspaceLanguage chosen={status.workspaceLanguage} />}
      <Option
        title={o.theme}
        control={
          <Choice
            label={o.theme}
            value={settings.theme}
            items={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: o.themes[value] }))}
            onChange={(theme) => change({ theme })}
          />
        }
      >
        {o.themeText}
      </Option>
      <OwnDomains
        key={settings.ownDomains.join(' ')}
        settings={settings}
        fixed={managed.ownDomains === true}
        onSave={(ownDomains) => change({ ownDomains })}
      />
    </>
  );
}

/** Of what Baton writes for everybody, which an admin chooses. The device learns of it as every device does. */
function WorkspaceLanguage({ chosen }: { chosen: Language }) {
  const { w } = useWords();
  const o = w.options;
  const { change, wrong } = useWorkspaceSetting();
  return (
    <Option
      title={o.workspaceLanguage}
      control={
        <Choice
          label={o.workspaceLanguage}
          value={chosen}
          items={languages.map((value) => ({ value, label: o.languages[value] }))}
          onChange={(language) => change({ language })}
        />
      }
    >
      {o.workspaceLanguageText}
      <Wrong>{wrong}</Wrong>
    </Option>
  );
}

function Waiting({ connection }: { connection: Connection }) {
  const { value: acts = [] } = useAsked('outbox', ['outbox']);
  const { openPage } = useWorld();
  return (
    <div className="waiting-list">
      <Unsent acts={acts} connection={connection} onOpen={() => openPage('report')} />
    </div>
  );
}

const domain = /^(?=.{4,253}$)([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,}$/u;

function OwnDomains({ settings, fixed, onSave }: { settings: Settings; fixed: boolean; onSave: (domains: string[]) => void }) {
  const { w } = useWords();
  const o = w.options;
  const before = settings.ownDomains.join('\n');
  const [text, setText] = useState(before);
  const lines = text
    .split(/[\s,;]+/)
    .map((line) => line.trim().replace(/^@/, '').toLowerCase())
    .filter(Boolean);
  const wrong = lines.find((line) => !domain.test(line));
  const changed = lines.join('\n') !== before;
  return (
    <Option title={o.ownDomains}>
      {fixed ? o.setByCompany : o.ownDomainsText}
      <div className="domains">
        <textarea
          className="field"
          rows={2}
          aria-label={o.ownDomains}
          aria-invalid={wrong !== undefined || undefined}
          disabled={fixed}
          value={text}
          spellCheck={false}
          onChange={(e) => setText(e.target.value)}
        />
        {!fixed && changed && (
          <button type="button" className="btn" disabled={wrong !== undefined} onClick={() => onSave([...new Set(lines)])}>
            {o.save}
          </button>
        )}
      </div>
      {wrong && <p className="help wrong">{o.domainWrong(wrong)}</p>}
    </Option>
  );
}
