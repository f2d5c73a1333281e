// Marked papers for other programs: BibTeX and Markdown. The BibTeX is the site's own, with the note in it.
const AT_ONCE = 4;
const PATIENCE_MS = 30_000;
const NAMED = { "\\": "textbackslash", "{": "textbraceleft", "}": "textbraceright", "~": "textasciitilde", "^": "textasciicircum" };

// As the site itself writes values (`digest/readers/citations/bibtex.py`).
const escaped = (text) =>
  text.replace(/\s+/g, " ").replace(/[\\{}~^$%&#_]/g, (sign) => (NAMED[sign] ? `\\${NAMED[sign]}{}` : `\\${sign}`));

/** Return an entry of BibTeX with a note as its first field. */
export const withNote = (entry, note) =>
  note ? entry.replace(/^@\w+\{[^\n]*\n/, (head) => `${head}    note = {${escaped(note)}},\n`) : entry;

/** Fetch the entry of each paper, a few at once. Return them, and who has none and why, both in order.
 *
 * `tell(n)` is called with how many are done. Why is "gone" (404, 410) or "failed".
 */
export async function bibtex(marks, addressOf, tell) {
  const entries = new Array(marks.length);
  const missing = new Array(marks.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < marks.length) {
      const at = next++;
      const [id, mark] = marks[at];
      try {
        entries[at] = withNote(await fetched(addressOf(id)), mark.note);
      } catch (error) {
        missing[at] = { id, mark, why: error.message === "gone" ? "gone" : "failed" };
      }
      tell(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { text: entries.filter(Boolean).join("\n"), missing: missing.filter(Boolean) };
}

async function fetched(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.status === 404 || response.status === 410) throw new Error("gone");
  const text = await response.text();
  if (!response.ok || !text.startsWith("@")) throw new Error("failed");
  return text;
}

const plain = (text) => text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>&#|~]/g, "\\$&");

/** Return a list in Markdown: the title as a link, and the note as a quotation. */
export const markdown = (title, marks, addressOf) =>
  [
    `# ${plain(title)}\n`,
    ...marks.map(([id, mark]) => {
      const link = `- [${plain(mark.title ?? id)}](${addressOf(id)}) (arXiv:${id})\n`;
      return mark.note ? `${link}\n${quoted(mark.note)}\n` : link;
    }),
  ].join("\n");

// The reader's own Markdown stays; markup of HTML becomes text.
const quoted = (note) =>
  note.replaceAll("<", "\\<").split(/\r\n?|\n/).map((line) => `  > ${line}`.trimEnd()).join("\n");
