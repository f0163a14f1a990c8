/** What a campaign told, point by point; nothing where it has no points. */
export function Points({ of }: { of: readonly string[] }) {
  if (!of.length) return null;
  return (
    <ul>
      {of.map((point) => (
        <li key={point}>
          <bdi>{point}</bdi>
        </li>
      ))}
    </ul>
  );
}
