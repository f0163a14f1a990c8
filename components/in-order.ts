/**
 * Answers to a question that is asked again and again. One that comes after the answer to a later question says what was,
 * and is left out. Called when a question is asked; what it answers takes the answer, or not.
 */
export function inOrder(): () => (take: () => void) => void {
  let [asked, taken] = [0, 0];
  return () => {
    const turn = ++asked;
    return (take) => {
      if (turn < taken) return;
      taken = turn;
      take();
    };
  };
}
