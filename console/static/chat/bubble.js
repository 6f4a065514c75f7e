// How one thing said looks: an avatar, a name in groups, and a bubble. Text stays text.

import { base, button, byId, element, paintAvatar, word } from "./kit.js";
import { NUMBER } from "./said.js";

export function messageRow({ own, speaker, name, named }) {
  const row = element("div", own ? "row own" : "row");
  const avatar = speaker === null ? byId("bot-avatar").content.firstElementChild.cloneNode() : element("span");
  if (speaker !== null) paintAvatar(avatar, speaker, name);
  avatar.setAttribute("aria-hidden", "true");
  const said = element("div", "said");
  const bubble = element("div", "bubble");
  said.append(element("span", named ? "sender" : "sender unseen", name), bubble);
  row.append(avatar, said);
  return { row, said, bubble };
}

// A first line that begins with 【…】 is a card's title: all of it where it is short.
const TITLE = /^【([^】\n]{1,40})】([^\n]{0,20}(?:\n|$))?\s*/;
const URGENT = word("urgent").split("、");

export function fillText(bubble, text, { titled, onNumber }) {
  const title = titled ? text.match(TITLE) : null;
  if (title) {
    bubble.classList.add("card");
    bubble.classList.toggle("urgent", URGENT.some((sign) => title[1].includes(sign)));
    const heading = element("strong", "title");
    appendLinked(heading, `${title[1]} ${title[2] ?? ""}`.trim(), onNumber);
    bubble.append(heading);
  }
  appendLinked(bubble, title ? text.slice(title[0].length) : text, onNumber);
}

// Every issue number becomes a button.
function appendLinked(parent, text, onNumber) {
  let end = 0;
  for (const { 0: no, index } of text.matchAll(NUMBER)) {
    const made = button("number", no, () => onNumber(no));
    made.title = word("number", { no });
    parent.append(text.slice(end, index), made);
    end = index + no.length;
  }
  parent.append(text.slice(end));
}

export function actionBar(actions, onAction) {
  const bar = element("div", "actions");
  bar.append(...actions.map(([label, key]) => button("action", label, () => onAction(label, key))));
  return bar;
}

// What is still on its way, or came before photos could be seen, is a drawn one.
const PHOTO = /^(?:[0-9a-f]{32}|sample)$/;

export function fillPhoto(bubble, name = "") {
  if (!PHOTO.test(name)) {
    bubble.classList.add("photo");
    bubble.append(element("span", "unseen", word("photo")));
    return;
  }
  const image = element("img");
  image.src = `${base}/photo/${name}`;
  image.alt = word("photo");
  const whole = element("a");
  whole.href = image.src;
  whole.target = "_blank";
  whole.rel = "noopener";
  whole.append(image);
  bubble.classList.add("seen");
  bubble.append(whole);
}

export function failure(sentence, again, drop) {
  const made = element("p", "failed");
  made.setAttribute("role", "alert");
  made.append(element("span", "", sentence), button("", word("again"), again), button("", word("drop"), drop));
  return made;
}
