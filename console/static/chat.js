// The simulator: the phones on the table, and the feed that tells them what was said.

import { ask, button, byId, element, markDot, option, paintAvatar, Refusal, word } from "./chat/kit.js";
import { Phone } from "./chat/phone.js";
import { actors, conversation, forgetLines, linesOf, yards } from "./chat/said.js";
import { Tour } from "./chat/tour.js";

const POLL_MS = 1000;
const HIDDEN_MS = 15000; // while nobody looks at the page
const SLOWEST_MS = 30000; // while the server does not answer
const MOST_PHONES = 4;
const FIRST_PHONES = 3;

const wide = window.matchMedia("(min-width: 700px)");
let phones = [];
let front = null; // the one phone that a narrow screen shows
const elsewhere = new Map(); // actor → new lines, for phones that are not on the table

const isOpen = (id) => phones.some((phone) => phone.actor.id === id);

const table = {
  isInSight: (phone) => wide.matches || front === phone,
  changed(phone) {
    if (!phones.includes(phone)) return;
    remember();
    const dot = byId("switcher").children[phones.indexOf(phone)]?.querySelector(".dot");
    if (dot) markDot(dot, phone.unreadCount);
  },
  handedOver: () => rearrange(),
  close: (phone) => removePhone(phone),
  pull: () => pull(),
};

function addPhone(actorId, chat = null) {
  const phone = new Phone(table, actorId, chat);
  phones.push(phone);
  byId("phones").append(phone.root);
  rearrange();
  bringForward(phone);
  return phone;
}

function removePhone(phone) {
  const at = phones.indexOf(phone);
  phones = phones.filter((other) => other !== phone);
  phone.root.remove();
  rearrange();
  bringForward(phones[Math.min(at, phones.length - 1)]);
  front.input.focus();
}

function bringForward(phone) {
  front = phone;
  for (const other of phones) other.root.classList.toggle("front", other === phone);
  for (const [at, made] of [...byId("switcher").children].entries()) {
    made.setAttribute("aria-pressed", String(phones[at] === phone));
  }
  phone.look();
  phone.settle();
}

// From the list of phones that got something: beside the others, or in the last one's place.
function visit(actorId) {
  if (phones.length < MOST_PHONES) {
    addPhone(actorId);
  } else {
    const last = phones[phones.length - 1];
    last.handOver(actorId);
    rearrange();
    bringForward(last);
  }
  front.root.scrollIntoView({ inline: "nearest", block: "nearest" });
  front.input.focus();
}

// Whose phones are open has changed: everything that lists people is drawn anew.
function rearrange() {
  for (const phone of phones) {
    fillPicker(phone);
    phone.find(".close").hidden = phones.length === 1;
    elsewhere.delete(phone.actor.id);
  }
  byId("add").disabled = phones.length >= Math.min(MOST_PHONES, actors.size);
  byId("phones").dataset.count = phones.length;
  byId("switcher").replaceChildren(...phones.map(switchButton));
  drawElsewhere();
  remember();
}

function fillPicker(phone) {
  const picker = phone.find(".picker select");
  const groups = new Map();
  for (const { id, name, role, role_label: label, hint } of actors.values()) {
    const choice = option(id, [name, label, hint].filter(Boolean).join(" · "));
    choice.disabled = id !== phone.actor.id && isOpen(id);
    groups.set(role, [...(groups.get(role) ?? []), choice]);
  }
  picker.replaceChildren();
  for (const [role, choices] of groups) {
    const group = element("optgroup");
    group.label = word(`role-${role}`);
    group.append(...choices);
    picker.append(group);
  }
  picker.value = phone.actor.id;
}

function personButton({ id, name }, label, count, onClick) {
  const made = button("", "", onClick);
  const avatar = element("span");
  paintAvatar(avatar, id, name);
  avatar.setAttribute("aria-hidden", "true");
  const dot = element("span", "dot");
  markDot(dot, count);
  made.append(avatar, element("span", "label", label), dot);
  return made;
}

function switchButton(phone) {
  const made = personButton(phone.actor, phone.actor.name, phone.unreadCount, () => bringForward(phone));
  made.setAttribute("aria-pressed", String(phone === front));
  return made;
}

function drawElsewhere() {
  const box = byId("elsewhere");
  const chips = [...elsewhere].map(([id, count]) => {
    const { name, role_label: label, hint } = actors.get(id);
    const chip = personButton({ id, name }, `${name} · ${hint || label}`, count, () => visit(id));
    chip.title = word("open-phone", { name, count });
    return chip;
  });
  box.querySelector(".chips").replaceChildren(...chips);
  box.hidden = chips.length === 0;
}

// The address keeps which phones are open, so that a reload or a shared link shows the same.
function remember() {
  const open = new URLSearchParams(phones.map(({ actor, chat }) => [actor.id, chat ?? ""]));
  history.replaceState(null, "", `#${open}`);
}

function recalled() {
  const asked = [...new Map(new URLSearchParams(location.hash.slice(1)))];
  return asked.filter(([id]) => actors.has(id)).slice(0, MOST_PHONES);
}

// ---- the feed

let epoch = null;
let cursor = 0;
let isFirst = true; // what was said before the page opened is not news
let pulling = Promise.resolve();
let timer = 0;
let pause = POLL_MS;

// One at a time, each after the one before, whether that one succeeded or not.
function pull() {
  pulling = pulling.then(fetchFeed, fetchFeed);
  return pulling;
}

async function fetchFeed() {
  const answer = await ask(`feed?after=${cursor}`);
  if (epoch !== null && answer.epoch !== epoch) {
    startOver(answer.epoch);
    return fetchFeed();
  }
  epoch = answer.epoch;
  for (const line of answer.lines) accept(line);
  isFirst = false;
  byId("phones").removeAttribute("aria-busy");
  return undefined;
}

function accept(line) {
  cursor = line.id;
  linesOf(conversation(line.actor, line.chat)).push(line);
  for (const phone of phones) if (phone.holds(line)) phone.take(line, !isFirst);
  const isForNobodyHere = line.chat === null && !line.mine && !isOpen(line.actor);
  if (!isFirst && isForNobodyHere && actors.has(line.actor)) {
    elsewhere.set(line.actor, (elsewhere.get(line.actor) ?? 0) + 1);
    drawElsewhere();
  }
}

// The server was started again and knows nothing of what we have shown.
function startOver(newEpoch) {
  epoch = newEpoch;
  cursor = 0;
  isFirst = true;
  forgetLines();
  elsewhere.clear();
  drawElsewhere();
  for (const phone of phones) phone.redraw();
}

async function beat() {
  clearTimeout(timer);
  try {
    await pull();
    pause = POLL_MS;
    complain("");
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    pause = Math.min(pause * 2, SLOWEST_MS);
    complain(word("offline"));
  }
  clearTimeout(timer);
  timer = setTimeout(beat, document.hidden ? Math.max(HIDDEN_MS, pause) : pause);
}

function complain(sentence) {
  const trouble = byId("trouble");
  if (trouble.textContent !== sentence) trouble.textContent = sentence;
  trouble.hidden = sentence === "";
}

// ---- begin

async function begin() {
  try {
    const known = await ask("actors");
    yards.push(...known.yards);
    for (const actor of known.actors) actors.set(actor.id, actor);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    complain(word("offline"));
    setTimeout(begin, POLL_MS * 3);
    return;
  }
  complain(actors.size === 0 ? word("no-people") : "");
  if (actors.size === 0) return;
  const before = recalled();
  const opening = before.length ? before : [...actors.keys()].slice(0, FIRST_PHONES).map((id) => [id]);
  for (const [id, chat] of opening) addPhone(id, chat || null);
  bringForward(phones[0]);
  beat();
}

byId("add").addEventListener("click", () => {
  const next = [...actors.keys()].find((id) => !isOpen(id));
  addPhone(next).find(".picker select").focus();
});
// Somebody's phone, laid on the table if it is not there yet, and looked at.
function open(actorId) {
  const there = phones.find((phone) => phone.actor.id === actorId);
  if (there) bringForward(there);
  else visit(actorId);
  return there ?? front;
}

const tour = new Tour({ open, lastId: () => cursor, pull });
byId("play").addEventListener("click", () => actors.size && tour.start());
const help = document.querySelector(".help");
document.addEventListener("click", (event) => {
  if (!help.contains(event.target)) help.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") help.open = false;
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && phones.length) beat();
});
wide.addEventListener("change", () => {
  for (const phone of phones) {
    phone.look();
    phone.settle();
  }
});

begin();
