// What every part of the simulator uses: words, small pieces of page, times, and the server.

const ZONE = "Asia/Shanghai";
export const base = document.body.dataset.base;

export const byId = (id) => document.getElementById(id);

const words = new Map(
  [...byId("words").content.querySelectorAll("[data-word]")].map((el) => [el.dataset.word, el.textContent]),
);

export function word(name, values = {}) {
  return words.get(name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function button(className, text, onClick) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

export function option(value, text) {
  const made = element("option", "", text);
  made.value = value;
  return made;
}

function hue(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 8191;
  return `hue-${sum % 8}`;
}

export function paintAvatar(avatar, id, name) {
  avatar.className = `avatar ${hue(id)}`;
  avatar.textContent = name.slice(-2);
}

const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, dateStyle: "short" });
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const monthDay = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const daysAgo = new Intl.RelativeTimeFormat("zh-CN", { numeric: "auto" });

export function spoken(at) {
  const days = Math.round((Date.parse(dayOf.format(at)) - Date.parse(dayOf.format(new Date()))) / 864e5);
  if (days === 0) return clock.format(at);
  const day = days === -1 ? daysAgo.format(-1, "day") : monthDay.format(at);
  return `${day} ${clock.format(at)}`;
}

export class Refusal extends Error {
  constructor(code, status) {
    super(code);
    this.sentence = word(words.has(`error-${code}`) ? `error-${code}` : "error-other", { status });
  }
}

export async function ask(path, body) {
  const isFile = body instanceof Blob;
  const request = body && {
    method: "POST",
    headers: { "Content-Type": isFile ? body.type || "application/octet-stream" : "application/json" },
    body: isFile ? body : JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(`${base}/${path}`, { cache: "no-store", ...request });
  } catch {
    throw new Refusal("offline", 0);
  }
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  if (!response.ok) throw new Refusal(answer.error, answer.status ?? response.status);
  return answer;
}

export function markDot(dot, count) {
  dot.textContent = count > 99 ? "99+" : count || "";
  dot.setAttribute("aria-label", count ? word("unread", { count }) : "");
  dot.hidden = count === 0;
}
