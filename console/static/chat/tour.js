// 一条诉求的一生: a request from the first word to 满意, step by step, over the real webhook.
//
// Nothing is staged: each step waits for what the phones really show, and says so if it never comes.

import { byId } from "./kit.js";
import { actors, conversation, linesOf, NUMBER } from "./said.js";

const PATIENCE_MS = 20000;
const LOOK_MS = 300;

const stories = new Map(
  [...byId("story").content.querySelectorAll("[data-step]")].map((el) => [el.dataset.step, el]),
);
const panel = byId("tour");
const find = (selector) => panel.querySelector(selector);

const said = (actor, after, test) =>
  linesOf(conversation(actor, null)).find((line) => line.id > after && !line.mine && test(line));

function cardOf(number, after) {
  const key = `accept:${number}`;
  for (const { id } of actors.values()) {
    const line = said(id, after, (each) => each.actions.some(([, made]) => made === key));
    if (line) return line;
  }
  return undefined;
}

function actionOf(line, command) {
  return line.actions.find(([, key]) => key.startsWith(`${command}:`));
}

// `open(actor)` lays somebody's phone on the table; `lastId()` is the last line of the feed.
export class Tour {
  constructor({ open, lastId, pull }) {
    this.table = { open, lastId, pull };
    this.turn = 0;
    find(".next").addEventListener("click", () => this.act());
    find(".leave").addEventListener("click", () => this.leave());
  }

  start() {
    this.turn += 1;
    const resident = [...actors.values()].find((actor) => actor.role === "resident");
    if (!resident) return;
    this.names = { resident: resident.name, building: 1 + Math.floor(Math.random() * 4), unit: 1 + Math.floor(Math.random() * 4) };
    this.resident = resident.id;
    this.owner = "";
    this.number = "";
    panel.hidden = false;
    this.tell("say", () => this.report());
  }

  leave() {
    this.turn += 1;
    panel.hidden = true;
    byId("play").focus();
  }

  // Show a step; `next` is what the button does then, without it the tour is over.
  tell(step, next) {
    const fill = (text) => text.replace(/\{(\w+)\}/g, (_, key) => this.names[key] ?? "");
    const story = stories.get(step);
    const order = [...stories.keys()];
    find("b").textContent = fill(story.dataset.title);
    find(".done").textContent = next || step === "closed" ? `${order.indexOf(step) + 1} / ${order.length - 1}` : "";
    find(".story").textContent = fill(story.textContent);
    find(".next").hidden = !next;
    find(".next").disabled = false;
    this.next = next;
    (next ? find(".next") : find(".leave")).focus();
  }

  async act() {
    const { next, turn } = this;
    if (!next) return;
    find(".next").disabled = true;
    this.after = this.table.lastId();
    await next();
    if (turn === this.turn) find(".next").disabled = false;
  }

  // Wait until a phone shows it; undefined when it does not come, or the tour was left.
  async until(look) {
    const { turn } = this;
    const end = Date.now() + PATIENCE_MS;
    while (turn === this.turn && Date.now() < end) {
      await this.table.pull();
      const found = look();
      if (found) return turn === this.turn ? found : undefined;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    if (turn === this.turn) this.tell("stuck");
    return undefined;
  }

  write(actor, text) {
    const phone = this.table.open(actor);
    phone.open(null);
    phone.input.value = text;
    phone.sendText();
  }

  async report() {
    const { building, unit } = this.names;
    const text = stories.get("say").dataset.say.replace("{building}", building).replace("{unit}", unit);
    this.write(this.resident, text);
    const receipt = await this.until(() => said(this.resident, this.after, (line) => line.text.match(NUMBER)));
    if (!receipt) return;
    [this.number] = receipt.text.match(NUMBER);
    this.began = this.after;
    this.tell("receipt", () => this.show());
  }

  async show() {
    const card = await this.until(() => cardOf(this.number, this.began));
    if (!card) return;
    this.owner = card.actor;
    this.names.owner = actors.get(card.actor).name;
    this.card = card;
    this.table.open(this.owner).open(null);
    this.tell("card", () => this.accept());
  }

  async accept() {
    const [label, key] = actionOf(this.card, "accept");
    this.table.open(this.owner).act(label, key);
    if (await this.until(() => said(this.resident, this.after, (line) => line.text.includes(this.number)))) {
      this.tell("accepted", () => this.finish());
    }
  }

  async finish() {
    this.write(this.owner, byId("words").content.querySelector('[data-word="finish-note"]').textContent.replace("{no}", this.number));
    const asked = await this.until(() => said(this.resident, this.after, (line) => actionOf(line, "satisfied")));
    if (!asked) return;
    this.asked = asked;
    this.tell("done", () => this.rate());
  }

  async rate() {
    const [label, key] = actionOf(this.asked, "satisfied");
    this.table.open(this.resident).act(label, key);
    if (await this.until(() => said(this.owner, this.after, (line) => line.text.includes(this.number)))) {
      this.tell("closed");
    }
  }
}
