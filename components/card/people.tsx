import type { Scene, ScenePerson } from '../../lib/bridge/scene.ts';
import { StageTag } from '../parts/stage.tsx';
import { useWords } from '../words/words.tsx';

export const companyOf = (person: ScenePerson): string | undefined => person.card?.person.company;
export const nameOf = (person: ScenePerson): string | undefined => person.card?.person.name || person.name || person.keys[0]?.value;

/** One of several people, to be picked: name, how they are on this page, their company, their stage. */
export function PersonRow({ person, onPick }: { person: ScenePerson; onPick: () => void }) {
  const { w } = useWords();
  const company = companyOf(person);
  const about = [
    w.personRole[person.role],
    company ?? (person.card?.person.name || person.name ? person.keys[0]?.value : undefined),
  ].filter(Boolean);
  return (
    <button type="button" className="pick" onClick={onPick}>
      <span className="grow cut">
        <b className="cut">
          <bdi>{nameOf(person) ?? w.card.nameless}</bdi>
        </b>
        <small className="cut">
          <bdi>{about.join(w.joint)}</bdi>
        </small>
      </span>
      {person.card && <StageTag stage={person.card.stage} />}
    </button>
  );
}

/** Known people first, in the page's order; the others are counted, and listed only where the user has to choose. */
export function PeopleList({ scene, all, onPick }: { scene: Scene; all?: boolean; onPick: (index: number) => void }) {
  const { w } = useWords();
  const indexed = scene.people.map((person, index) => ({ person, index })).filter(({ person }) => person.known !== 'own');
  const known = indexed.filter(({ person }) => person.known === 'lead');
  const others = indexed.filter(({ person }) => person.known !== 'lead');
  const strangers = others.filter(({ person }) => person.known === 'stranger').length;
  return (
    <>
      <ul className="picks">
        {[...known, ...(all ? others : [])].map(({ person, index }) => (
          <li key={index}>
            <PersonRow person={person} onPick={() => onPick(index)} />
          </li>
        ))}
      </ul>
      {!all && strangers > 0 && <p className="under">{w.card.othersNotLeads(strangers)}</p>}
    </>
  );
}
