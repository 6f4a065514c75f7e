// Who there is, and what has been said: each line once, however many phones show it.

export const actors = new Map();
export const yards = [];
const conversations = new Map(); // key → lines

// An issue's number: month and day, then the day's count. Not a part of a telephone number.
export const NUMBER = /(?<![\d-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{2,4}(?![\d-])/g;

export function conversation(actor, chat) {
  return chat === null ? `@${actor}` : `#${chat}`;
}

export function linesOf(key) {
  if (!conversations.has(key)) conversations.set(key, []);
  return conversations.get(key);
}

export function forgetLines() {
  conversations.clear();
}

export function latestNumber(key) {
  const lines = linesOf(key);
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const found = lines[at].text.match(NUMBER);
    if (found) return found[found.length - 1];
  }
  return "";
}
