// One phone: whose it is, its conversations, and the line being written.

import { actionBar, failure, fillPhoto, fillText, messageRow } from "./bubble.js";
import { ask, button, byId, element, markDot, option, paintAvatar, Refusal, spoken, word } from "./kit.js";
import { actors, conversation, latestNumber, linesOf, yards } from "./said.js";

const WORDY = new Set(["decline", "finish", "unsatisfied"]);
const GAP_MS = 5 * 60 * 1000; // silence after which a time is shown, as in WeChat
const TALLEST = 108; // pixels the input grows to
const EXAMPLES = 5; // sentences offered on an empty screen
const NEAR_BOTTOM = 80; // pixels within which new lines keep the log at its end
const PHRASES = { resident: "resident", worker: "team", member: "team" }; // the others: office

export class Phone {
  // `table` is what the phones lie on: isInSight(phone), changed(phone), handedOver(phone),
  // close(phone) and pull().
  constructor(table, actorId, chat) {
    this.table = table;
    this.root = byId("phone").content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.root.querySelector(selector);
    this.log = this.find(".log");
    this.input = this.find("textarea");
    this.listen();
    this.handOver(actorId, chat);
  }

  get key() {
    return conversation(this.actor.id, this.chat);
  }

  get unreadCount() {
    return [...this.unread.values()].reduce((sum, count) => sum + count, 0);
  }

  handOver(actorId, chat = null) {
    this.actor = actors.get(actorId);
    this.unread = new Map(); // chat → count
    this.pending = new Map(); // conversation → rows the server has not yet accepted
    this.drafts = new Map(); // conversation → what was being written
    this.chat = undefined;
    const { id, name, role, role_label: label, hint, chats } = this.actor;
    paintAvatar(this.find(".avatar"), id, name);
    this.find(".name").textContent = name;
    this.find(".role").textContent = label;
    this.find(".hint").textContent = hint;
    this.root.setAttribute("aria-label", word("phone-of", { name }));
    this.find(".tabs").replaceChildren(...chats.map((offered) => this.tab(offered)));
    this.kind = PHRASES[role] ?? "office";
    this.layPhrases();
    this.find(".yard").replaceChildren(...yards.map((yard) => option(yard.code, yard.title)));
    this.toggleExtras(false);
    this.open(chats.some((offered) => offered.chat === chat) ? chat : chats[0].chat);
  }

  tab({ chat, title }) {
    const made = button("tab", "", () => this.open(chat));
    made.setAttribute("role", "tab");
    made.chat = chat;
    made.append(element("span", "title", title), element("span", "dot"));
    return made;
  }

  phrases() {
    const laid = document.querySelector(`template[data-phrases="${this.kind}"]`).content.cloneNode(true);
    return [...laid.children];
  }

  layPhrases() {
    const phrases = this.phrases();
    for (const phrase of phrases) phrase.title = phrase.textContent;
    this.find(".phrases").replaceChildren(...phrases);
    this.find(".phrases").scrollLeft = 0;
  }

  // ---- reading

  open(chat) {
    if (this.chat !== undefined) this.drafts.set(this.key, this.input.value);
    this.chat = chat;
    this.input.value = this.drafts.get(this.key) ?? "";
    const { title } = this.actor.chats.find((offered) => offered.chat === chat);
    this.input.setAttribute("aria-label", word("talk-in", { name: this.actor.name, title }));
    this.log.setAttribute("aria-label", word("log-of", { title }));
    this.find(".scan").hidden = chat !== null || yards.length === 0;
    this.redraw();
    this.look();
    this.settle();
  }

  // What has to be measured, and so can only be done where the phone can be seen.
  settle() {
    this.fitInput();
    this.toBottom();
    const bar = this.find(".tabs");
    const tab = bar.querySelector('[aria-selected="true"]');
    bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  }

  redraw() {
    this.lastAt = 0;
    this.log.replaceChildren(...(this.pending.get(this.key) ?? []));
    for (const line of linesOf(this.key)) this.draw(line);
    if (!this.log.firstChild) this.drawEmpty();
    this.toBottom();
  }

  drawEmpty() {
    const empty = element("div", "empty");
    const sentence = word(`empty-${this.chat === null ? this.kind : "group"}`, { name: this.actor.name });
    empty.append(byId("bot-avatar").content.cloneNode(true), element("p", "", sentence));
    if (this.kind === "resident") empty.append(...this.phrases().slice(0, EXAMPLES));
    empty.addEventListener("click", (event) => this.usePhrase(event.target.closest("button")));
    this.log.append(empty);
  }

  holds(line) {
    if (line.chat === null) return line.actor === this.actor.id;
    return this.actor.chats.some((offered) => offered.chat === line.chat);
  }

  isOwn(line) {
    return line.mine && line.actor === this.actor.id;
  }

  take(line, isNews) {
    const isHere = line.chat === this.chat;
    if (isHere) this.show(line);
    if (isNews && !this.isOwn(line) && !(isHere && this.table.isInSight(this))) {
      this.unread.set(line.chat, (this.unread.get(line.chat) ?? 0) + 1);
      this.markTabs();
    }
  }

  show(line) {
    this.find(".empty")?.remove();
    this.draw(line);
    if (this.isAtBottom || this.isOwn(line)) this.toBottom();
  }

  draw(line) {
    const at = new Date(line.at);
    if (at - this.lastAt > GAP_MS) {
      const time = element("time", "time", spoken(at));
      time.dateTime = line.at;
      this.place(time);
    }
    this.lastAt = at;
    this.place(line.kind === "note" ? element("p", "note", line.text) : this.rowOf(line));
  }

  rowOf(line) {
    const own = this.isOwn(line);
    const speaker = line.mine ? line.actor : null;
    const { row, bubble } = messageRow({ own, speaker, name: line.sender_name, named: line.chat !== null && !own });
    if (line.kind === "image") fillPhoto(bubble, line.text);
    else fillText(bubble, line.text, { titled: !line.mine, onNumber: (no) => this.insert(no) });
    if (line.actions.length) bubble.append(actionBar(line.actions, (label, key) => this.act(label, key)));
    return row;
  }

  // Bubbles still on their way stay below everything that has arrived.
  place(node) {
    this.log.insertBefore(node, this.log.querySelector(".pending"));
  }

  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.isAtBottom = true;
  }

  noteBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.isAtBottom = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }

  look() {
    if (this.table.isInSight(this)) this.unread.delete(this.chat);
    this.markTabs();
  }

  markTabs() {
    for (const tab of this.find(".tabs").children) {
      const isSelected = tab.chat === this.chat;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      markDot(tab.querySelector(".dot"), this.unread.get(tab.chat) ?? 0);
    }
    this.table.changed(this);
  }

  // ---- writing

  listen() {
    const on = (selector, event, act, options) => this.find(selector).addEventListener(event, act, options);
    on(".composer", "submit", (event) => {
      event.preventDefault();
      this.sendText();
    });
    on("textarea", "keydown", (event) => this.sendOnEnter(event));
    on("textarea", "input", () => this.fitInput());
    on(".phrases", "click", (event) => this.usePhrase(event.target.closest("button")));
    on(".phrases", "wheel", scrollSideways, { passive: false });
    on(".tabs", "wheel", scrollSideways, { passive: false });
    on(".log", "scroll", () => this.noteBottom());
    new ResizeObserver(() => this.isAtBottom && this.toBottom()).observe(this.log);
    on(".tabs", "keydown", (event) => this.stepTab(event));
    on(".more", "click", () => this.toggleExtras());
    on(".send-photo", "click", () => this.sendPhoto());
    on(".choose-photo input", "change", (event) => this.sendChosen(event.target));
    on(".scan-it", "click", () => this.scan());
    on(".close", "click", () => this.table.close(this));
    on(".picker select", "change", (event) => {
      this.handOver(event.target.value);
      this.table.handedOver(this);
    });
  }

  sendOnEnter(event) {
    // While an input method is composing, Enter chooses a word (229: Safari's way to say so).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.sendText();
  }

  stepTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...this.find(".tabs").children];
    const next = tabs[(tabs.findIndex((tab) => tab.chat === this.chat) + step + tabs.length) % tabs.length];
    this.open(next.chat);
    next.focus();
  }

  usePhrase(phrase) {
    if (!phrase) return;
    const said = phrase.dataset.say ?? phrase.textContent;
    const text = said.replace("{no}", latestNumber(this.key)).replace(/ {2,}/g, " ").trim();
    this.input.value = text;
    this.afterInsert(text.length);
  }

  // A button that needs words goes into the input, to be completed; the others are clicked.
  act(label, key) {
    const [command, no] = key.split(":");
    if (WORDY.has(command)) {
      this.input.value = `${label} ${no} `;
      this.afterInsert(this.input.value.length);
      return;
    }
    const fill = (bubble) => bubble.append(`${label} ${no}`);
    this.deliver("click", { actor: this.actor.id, chat: null, label, key }, fill);
  }

  insert(text) {
    const { value, selectionStart: start, selectionEnd: end } = this.input;
    const before = value.slice(0, start);
    const written = `${before}${before === "" || /\s$/.test(before) ? "" : " "}${text} `;
    this.input.value = written + value.slice(end).trimStart();
    this.afterInsert(written.length);
  }

  afterInsert(caret) {
    this.fitInput();
    this.input.focus();
    this.input.setSelectionRange(caret, caret);
  }

  fitInput() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
    this.find(".send").disabled = this.input.value.trim() === "";
  }

  toggleExtras(open = this.find(".extras").hidden) {
    this.find(".extras").hidden = !open;
    this.find(".more").setAttribute("aria-expanded", String(open));
  }

  sendText() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fitInput();
    const fill = (bubble) => fillText(bubble, text, { titled: false, onNumber: (no) => this.insert(no) });
    this.deliver("send", { actor: this.actor.id, chat: this.chat, text }, fill);
  }

  sendPhoto() {
    this.toggleExtras(false);
    this.deliver("image", { actor: this.actor.id, chat: this.chat }, (bubble) => fillPhoto(bubble));
  }

  sendChosen(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.toggleExtras(false);
    const whose = new URLSearchParams({ actor: this.actor.id, ...(this.chat === null ? {} : { chat: this.chat }) });
    this.deliver(`photo?${whose}`, file, (bubble) => fillPhoto(bubble));
  }

  scan() {
    this.toggleExtras(false);
    const { value, selectedOptions } = this.find(".yard");
    const title = selectedOptions[0].textContent;
    this.deliver("scan", { actor: this.actor.id, yard: value }, (bubble) => bubble.append(title));
  }

  // The bubble stands there at once; it gives way to the feed's own line, or says why it cannot.
  deliver(path, body, fill) {
    const { key, chat, pending } = this;
    const { row, said, bubble } = messageRow({ own: true, speaker: this.actor.id, name: this.actor.name, named: false });
    row.classList.add("pending");
    fill(bubble);
    pending.set(key, [...(pending.get(key) ?? []), row]);
    const finish = () => {
      row.remove();
      pending.set(key, pending.get(key).filter((other) => other !== row));
    };
    const attempt = async () => {
      said.querySelector(".failed")?.remove();
      row.classList.add("sending");
      try {
        const { reply } = await ask(path, body);
        await this.table.pull();
        finish();
        if (reply === null && chat !== null && this.key === key) this.whisper(word("quiet"));
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        row.classList.remove("sending");
        said.append(failure(refusal.sentence, attempt, finish));
      }
      if (this.key === key) this.toBottom();
    };
    this.find(".empty")?.remove();
    this.log.append(row);
    this.toBottom();
    attempt();
  }

  whisper(text) {
    this.find(".whisper")?.remove();
    this.place(element("p", "note whisper", text));
  }
}

function scrollSideways(event) {
  const bar = event.currentTarget;
  if (Math.abs(event.deltaY) <= Math.abs(event.deltaX) || bar.scrollWidth <= bar.clientWidth) return;
  event.preventDefault();
  bar.scrollLeft += event.deltaY;
}
