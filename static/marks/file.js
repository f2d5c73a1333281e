// Marks as a file: JSON of a version, read as strictly as it is written.
import { bothNotes, FOR_EVER, isEmpty, isId, only, problem, VERSION } from "./shape.js";
import { isSame } from "./store.js";

const FORMAT = "marks";
const MOST_BYTES = 16 * 1024 * 1024; // More than a browser keeps.
const MOST_PAPERS = 50_000;
const MOST_PROBLEMS = 5;

/** What is wrong with a file: a list of {place, why}. */
export class Unreadable extends Error {
  constructor(problems) {
    super(problems.map(({ place, why }) => `${place}: ${why}`).join("; "));
    this.problems = problems;
  }
}

const refuse = (why, place = "") => {
  throw new Unreadable([{ place, why }]);
};

/** Return the text of a file with [id, mark] of all marks. */
export const write = (marks, at) => {
  const papers = marks.map(([id, mark]) => `    ${JSON.stringify({ id, ...mark })}`);
  const head = `{\n  "format": "${FORMAT}",\n  "version": ${VERSION},\n  "exported_at": "${at}",\n`;
  return `${head}  "papers": [\n${papers.join(",\n")}\n  ]\n}\n`;
};

/** Return the marks of a file as a Map of id to mark. Throws Unreadable. */
export async function open(file) {
  if (file.size > MOST_BYTES) refuse("too-large");
  return read(await file.text());
}

function read(text) {
  const value = parse(text);
  if (value?.format !== FORMAT) refuse("other");
  if (value.version !== VERSION) refuse("version", "version");
  if (!Array.isArray(value.papers)) refuse("wrong", "papers");
  if (value.papers.length > MOST_PAPERS) refuse("too-long", "papers");
  const marks = new Map();
  const problems = [];
  value.papers.forEach((paper, n) => {
    const found = problemOf(paper, marks);
    if (found) problems.push({ place: `papers[${n}]${found.name && `.${found.name}`}`, why: found.why });
    else marks.set(paper.id, only(paper));
  });
  if (problems.length) throw new Unreadable(problems.slice(0, MOST_PROBLEMS));
  return marks;
}

function problemOf(paper, marks) {
  if (paper === null || typeof paper !== "object") return { name: "", why: "wrong" };
  if (!isId(paper.id)) return { name: "id", why: "wrong" };
  return marks.has(paper.id) ? { name: "id", why: "twice" } : problem(paper);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, line, column] = error.message.match(/line (\d+) column (\d+)/) ?? [];
    return refuse("not-json", line && `${line}:${column}`);
  }
}

/** Return what a file would change: `added`, `changed`, `differing` (in their notes) and `same`. */
export function compare(theirs, mineOf) {
  const found = { added: [], changed: [], differing: [], same: [] };
  for (const [id, mark] of theirs) {
    const mine = mineOf(id);
    found[kindOf(mine, mark)].push({ id, mine, theirs: mark });
  }
  return found;
}

function kindOf(mine, theirs) {
  if (isEmpty(theirs) || isSame(merge(mine, theirs), mine)) return "same";
  if (isEmpty(mine)) return "added";
  return mine.note && theirs.note && mine.note !== theirs.note ? "differing" : "changed";
}

const first = (...moments) => moments.filter(Boolean).sort()[0];
const later = (...moments) =>
  moments.includes(FOR_EVER) ? FOR_EVER : moments.filter(Boolean).sort().at(-1);
const CHOICES = { both: bothNotes, mine: (mine) => mine, theirs: (mine, theirs) => theirs };

/** Return two marks as one. Of two notes that differ, `choice` says which stays: both, mine or theirs. */
export const merge = (mine, theirs, choice = "both") => ({
  title: mine.title ?? theirs.title,
  starred: first(mine.starred, theirs.starred),
  seen: first(mine.seen, theirs.seen),
  hidden_until: later(mine.hidden_until, theirs.hidden_until),
  note: mine.note && theirs.note ? CHOICES[choice](mine.note, theirs.note) : mine.note ?? theirs.note,
});
