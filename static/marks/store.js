// Keeps marks in this browser: one value of localStorage for each paper, read just before it is written.
// So two tabs never undo each other's. How much fits is the browser's to say, some 5 million characters.
import { age, isEmpty, LONGEST, only, problem, VERSION } from "./shape.js";

const PREFIX = "mark:";
const watchers = new Set();

/** What is not kept, with why: "full", "refused", "long", or "newer" if a newer script has written it. */
export class NotKept extends Error {
  constructor(why, cause) {
    super(why, { cause });
    this.why = why;
  }
}

const stored = (id) => JSON.parse(localStorage.getItem(PREFIX + id));

/** Return the mark of a paper. It is empty if there is none, or none that can be read. */
export function get(id) {
  try {
    const value = stored(id);
    return value?.v === VERSION && !problem(value) ? only(value) : {};
  } catch {
    return {};
  }
}

/** Return [id, mark] of all marked papers, by id, the newest first. */
export function all() {
  let keys = [];
  try {
    keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {} // Refused: then there is none.
  const found = keys.map((key) => key.slice(PREFIX.length)).map((id) => [id, get(id)]);
  return found.filter(([, mark]) => !isEmpty(mark)).sort(([a], [b]) => age(b).localeCompare(age(a)));
}

/** Change fields of a paper's mark; `undefined` takes a field away. Throws NotKept. */
export const change = (id, changes) => put(id, { ...get(id), ...changes });

/** Keep the mark of a paper, or forget it if it is empty. Throws NotKept. */
function put(id, { title, ...mark }) {
  const kept = only({ title: title?.slice(0, LONGEST.title), ...mark });
  try {
    if (isNewer(id)) throw new NotKept("newer");
    if (problem(kept)) throw new NotKept("long"); // `get` would find none.
    if (isEmpty(kept)) localStorage.removeItem(PREFIX + id);
    else localStorage.setItem(PREFIX + id, JSON.stringify({ v: VERSION, ...kept }));
  } catch (error) {
    if (error instanceof NotKept) throw error;
    throw new NotKept(error.name === "QuotaExceededError" ? "full" : "refused", error);
  }
  watchers.forEach((watch) => watch(id));
}

function isNewer(id) {
  try {
    return stored(id)?.v > VERSION;
  } catch (error) {
    if (error instanceof SyntaxError) return false; // Damaged: it is written anew.
    throw error;
  }
}

/** Keep the marks of [id, mark], all or none. Return what takes it back. Throws NotKept. */
export function putAll(marks) {
  const before = [];
  const back = () => {
    // What somebody has changed since stays. The last comes first: so each step had room before.
    for (const [id, old, put_] of before.reverse()) if (isSame(get(id), put_)) put(id, old);
  };
  try {
    for (const [id, mark] of marks) {
      const old = get(id);
      put(id, mark);
      before.push([id, old, get(id)]);
    }
  } catch (error) {
    back();
    throw error;
  }
  return back;
}

export const isSame = (one, other) => JSON.stringify(only(one)) === JSON.stringify(only(other));

/** Call `watch` with the id of each paper whose mark changes, here or in another tab. All: undefined. */
export function onChange(watch) {
  watchers.add(watch);
  addEventListener("storage", ({ key, storageArea }) => {
    if (key === null) watch(); // Somebody cleared what the site keeps.
    else if (key.startsWith(PREFIX) && storageArea === localStorage) watch(key.slice(PREFIX.length));
  });
}
