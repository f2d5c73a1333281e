// What a reader's mark of one paper is: when it was starred and seen, until when it is hidden, and the
// reader's own note. Moments are texts of ISO 8601 in UTC, so that their order is that of texts.
export const VERSION = 1;
export const FOR_EVER = "ever";
export const LONGEST = { title: 1_000, note: 100_000 }; // Of a file, in characters.

const ID = /^(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?\/\d{7})$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;
const DAY_MS = 24 * 3600 * 1000;

const isText = (value) => typeof value === "string";
const isMoment = (value) => isText(value) && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
const FIELDS = {
  title: isText,
  starred: isMoment,
  seen: isMoment,
  hidden_until: (value) => value === FOR_EVER || isMoment(value),
  note: isText,
};

export const isId = (value) => isText(value) && ID.test(value);

/** Return a text by which ids are in the order of their months. Until 2007-03 an id was "hep-th/9901001". */
export const age = (id) => {
  const [, number] = id.split("/");
  return `${number > "9" ? 19 : 20}${number ?? id}`;
};

export const now = () => new Date().toISOString();

/** Return the moment so many days from now, or that of never if `days` is "ever". */
export const inDays = (days) =>
  days === FOR_EVER ? FOR_EVER : new Date(Date.now() + days * DAY_MS).toISOString();

export const isHidden = ({ hidden_until: until }) => until === FOR_EVER || until > now();

/** Return whether a mark says nothing, or nothing any more: then it is not kept. */
export const isEmpty = (mark) => !(mark.starred || mark.seen || mark.note || isHidden(mark));

/** Return the fields of a mark alone, in one order. */
export const only = (value) =>
  Object.fromEntries(Object.keys(FIELDS).filter((name) => value[name]).map((name) => [name, value[name]]));

/** Return the first field that is no mark's, with why: "wrong" or "too-long". Without one: undefined. */
export function problem(value) {
  for (const [name, isRight] of Object.entries(FIELDS)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined) continue;
    if (!isRight(given)) return { name, why: "wrong" };
    if (given.length > LONGEST[name]) return { name, why: "too-long" };
  }
}

/** Return two notes as one, of which neither is lost. */
export function bothNotes(mine = "", theirs = "") {
  if (mine.includes(theirs)) return mine;
  return theirs.includes(mine) ? theirs : `${mine}\n\n${theirs}`;
}
