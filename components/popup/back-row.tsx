import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';

export const BackRow = ({ onBack }: { onBack: () => void }) => {
  const { w } = useWords();
  return (
    <div className="back-row">
      <button type="button" className="btn small plain" onClick={onBack}>
        <Icon name="left" small />
        {w.popup.backToList}
      </button>
    </div>
  );
};
