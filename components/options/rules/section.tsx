import { useState } from 'react';
import type { Status } from '../../../lib/bridge/protocol.ts';
import type { WireRule } from '../../../lib/contract/routes/rules.ts';
import type { RuleBody } from '../../../lib/funnel/rule.ts';
import { useSellers } from '../../card/users.ts';
import { Icon } from '../../icons.tsx';
import { useAgreed } from '../../parts/entry.tsx';
import { Switch } from '../../parts/page.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { useTrouble } from '../../trouble.ts';
import { call, useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { SectionHead } from '../page.tsx';
import { RuleForm } from './form.tsx';
import { HighIntent } from './high-intent.tsx';
import { Preview } from './preview.tsx';
import { assignWords, ruleWords, type Team } from './say.ts';

/** Rules that hand over by themselves: who may changes them, everybody reads them. */
export function RulesSection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const r = w.rules;
  const { ask } = useWorld();
  const rules = useApi<{ items: WireRule[] }>({ route: 'rules' });
  const teams = useApi<{ items: Team[] }>({ route: 'teams' });
  const inForce = useAgreed();
  const users = useSellers();
  const [editing, setEditing] = useState<WireRule | 'new'>();
  const [looking, setLooking] = useState<WireRule>();
  const [wrong, setWrong] = useState<string>();
  const role = status.me?.role;
  const edits = role === 'marketer' || role === 'admin';
  const looks = edits || role === 'manager';
  if (rules.state === 'waiting') return <SectionHead title={r.title} text={r.text} />;
  if (rules.state === 'failed')
    return (
      <>
        <SectionHead title={r.title} text={r.text} />
        <p className="note">
          <Icon name="off" />
          {inWords(rules.trouble)}
        </p>
      </>
    );
  const sellers = Array.isArray(users) ? users : [];
  const sides = teams.state === 'here' ? teams.value.items.filter(({ side }) => side === 'sales') : [];
  if (editing)
    return (
      <RuleForm
        rule={editing === 'new' ? undefined : editing}
        users={sellers}
        teams={sides}
        agreement={inForce}
        onDone={() => {
          setEditing(undefined);
          rules.again();
        }}
        onCancel={() => setEditing(undefined)}
      />
    );
  const { items } = rules.value;
  const turn = (rule: WireRule) => {
    setWrong(undefined);
    call(ask, { route: 'switchRule', params: { id: rule.id }, body: { on: rule.onSince === undefined } }).then(rules.again, (error) =>
      setWrong(inWords(error)),
    );
  };
  return (
    <>
      <SectionHead title={r.title} text={edits ? r.text : `${r.text} ${r.onlyMarketing}`}>
        {edits && items.length > 0 && (
          <button type="button" className="btn" onClick={() => setEditing('new')}>
            <Icon name="plus" />
            {r.new}
          </button>
        )}
      </SectionHead>
      <Wrong>{wrong}</Wrong>
      {items.length === 0 ? (
        <div className="void">
          <h2>{r.none}</h2>
          <p className="second">{r.noneText}</p>
          {edits && (
            <button type="button" className="btn main" onClick={() => setEditing('new')}>
              {r.new}
            </button>
          )}
        </div>
      ) : (
        <table className="table many rules">
          <thead>
            <tr>
              <th scope="col">{r.rule}</th>
              <th scope="col">{r.toWhom}</th>
              <th scope="col" className="num">
                {r.did}
              </th>
              <th scope="col" className="num">
                {r.on}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((rule) => (
              <tr key={rule.id}>
                <th scope="row">
                  <b className="cut" title={rule.name}>
                    <bdi>{rule.name}</bdi>
                  </b>
                  <small>
                    <bdi>{ruleWords(rule, w, f)}</bdi>
                  </small>
                  <small>{r.versionBy(rule.version, rule.madeBy, f.dateFull(rule.madeAt.slice(0, 10)))}</small>
                  <div className="rule-acts">
                    {looks && (
                      <button type="button" className="btn small plain" title={r.previewOf(rule.name)} onClick={() => setLooking(rule)}>
                        {r.preview}
                      </button>
                    )}
                    {edits && (
                      <button type="button" className="btn small" aria-label={r.editRule(rule.name)} onClick={() => setEditing(rule)}>
                        {r.edit}
                      </button>
                    )}
                  </div>
                </th>
                <td className="second">{assignWords(rule.assign, sellers, sides, w)}</td>
                <td className="num">
                  {f.number(rule.handedOver)}
                  <small className="before">
                    {rule.answered > 0
                      ? r.acceptedOf(f.number(rule.accepted), f.number(rule.answered))
                      : rule.handedOver > 0
                        ? r.noneAnswered
                        : r.nobodyYet}
                  </small>
                </td>
                <td className="num">
                  <Switch on={rule.onSince !== undefined} label={r.turnOn(rule.name)} disabled={!edits} onChange={() => turn(rule)} />
                  <small className="before">{rule.onSince ? r.onSince(f.dateFull(rule.onSince.slice(0, 10))) : r.isOff}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {looking && (
        <Preview
          key={`${looking.id} ${looking.version}`}
          rule={bodyOf(looking)}
          name={looking.name}
          onClose={() => setLooking(undefined)}
        />
      )}
      <HighIntent edits={edits} />
    </>
  );
}

/** Only what a rule says, without who made it and what it did. */
export const bodyOf = ({ name, when, who, criteria, intent, assign }: WireRule): RuleBody => ({
  name,
  when,
  ...(who && { who }),
  criteria,
  intent,
  assign,
});
