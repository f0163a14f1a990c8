import { type ReactNode, useEffect, useState } from 'react';
import { Icon, type IconName } from '../icons.tsx';
import { useWords } from '../words/words.tsx';
import { FoldButton, Head } from './frame.tsx';

/** A state that is told in words: what it is, why, and what to do next. */
export function Say(props: { icon: IconName; title: ReactNode; children?: ReactNode; acts?: ReactNode; note?: ReactNode }) {
  return (
    <>
      <Head className="say">
        <div className="say-title">
          <Icon name={props.icon} />
          <h1 className="grow cut">{props.title}</h1>
          <FoldButton />
        </div>
        {props.children}
      </Head>
      {props.acts && <div className="acts say-acts">{props.acts}</div>}
      {props.note && <p className="under">{props.note}</p>}
    </>
  );
}

/** Nothing for 300 ms, then grey shapes exactly where the words will stand; after two seconds words. */
export function Waiting({ name }: { name?: string }) {
  const { w } = useWords();
  const [phase, setPhase] = useState<'nothing' | 'shapes' | 'words'>('nothing');
  useEffect(() => {
    const timers = [setTimeout(() => setPhase('shapes'), 300), setTimeout(() => setPhase('words'), 2000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  const shapes = phase === 'nothing' ? 'ghosts hidden' : 'ghosts';
  return (
    <>
      <Head className="who">
        <div className="who-name">
          <h1 className="cut grow">
            {name ? <bdi>{name}</bdi> : <span className={`ghost ${phase === 'nothing' ? 'hidden' : ''}`} style={{ width: 140 }} />}
          </h1>
          <FoldButton />
        </div>
        <p className={`who-what ${shapes}`}>
          <span className="ghost" style={{ width: 180 }} />
        </p>
        <div className={`who-where ${shapes}`}>
          <span className="ghost" style={{ width: 108, height: 8 }} />
          <span className="ghost" style={{ width: 96 }} />
        </div>
      </Head>
      <div className="owes">
        {phase === 'words' ? (
          <span className="second" role="status">
            {w.card.asking}
          </span>
        ) : (
          <span className={shapes}>
            <span className="ghost" style={{ width: 120 }} />
          </span>
        )}
      </div>
    </>
  );
}
