/** Who somebody is, for what shows more than one: name, and of title and company what is known. */
export const whoOf = (row: {
  name: string;
  title: string | null;
  company: string | null;
}): { name: string; title?: string; company?: string } => ({
  name: row.name,
  ...(row.title !== null && { title: row.title }),
  ...(row.company !== null && { company: row.company }),
});
