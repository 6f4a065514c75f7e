// Small things on every page: the sound for emergencies, one open form at a time, printing.
(() => {
  "use strict";

  const button = document.getElementById("sound");
  const live = document.getElementById("live");

  if (button && live) {
    const KEY = "huying-sound";
    let audio = null;
    const known = new Set(urgent());

    function urgent() {
      return [...document.querySelectorAll("[data-urgent]")].map((row) => row.dataset.urgent);
    }

    function show(on) {
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "有紧急事时响铃：开" : "有紧急事时响铃：关";
    }

    function ring() {
      if (!audio) return;
      for (let i = 0; i < 3; i += 1) {
        const tone = audio.createOscillator();
        const loud = audio.createGain();
        const at = audio.currentTime + i * 0.5;
        tone.frequency.value = i % 2 ? 660 : 880;
        loud.gain.setValueAtTime(0.25, at);
        loud.gain.exponentialRampToValueAtTime(0.001, at + 0.45);
        tone.connect(loud).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 0.45);
      }
    }

    // Browsers are mute until the person has clicked: the wish is kept, the first click fulfils it.
    function allow() {
      audio = audio || new AudioContext();
      audio.resume();
    }

    button.hidden = false;
    const wished = localStorage.getItem(KEY) === "on";
    show(wished);
    if (wished) document.addEventListener("pointerdown", allow, { once: true });
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      localStorage.setItem(KEY, on ? "on" : "off");
      show(on);
      if (on) {
        allow();
        ring();
      } else if (audio) {
        audio.close();
        audio = null;
      }
    });

    document.body.addEventListener("htmx:afterSwap", () => {
      const news = document.getElementById("news");
      const fresh = urgent().filter((name) => !known.has(name));
      fresh.forEach((name) => known.add(name));
      if (fresh.length) {
        news.textContent = `${news.dataset.text} ${fresh.join("、")}`;
        document.title = `【紧急】${document.title.replace(/^【紧急】/, "")}`;
        ring();
      }
    });

    // Whoever is typing or tabbing through the piles is not interrupted by their renewal.
    document.body.addEventListener("htmx:beforeRequest", (event) => {
      if (live.contains(document.activeElement) || document.hidden && !audio) event.preventDefault();
    });
  }

  // One form at a time (older browsers do not know <details name>).
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (!opened.open || !opened.matches(".acts > .act")) return;
    document.querySelectorAll(".acts > .act[open]").forEach((other) => {
      if (other !== opened) other.open = false;
    });
    opened.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  }, true);

  // A form is sent once, however often an impatient hand clicks.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // On a phone the tabs scroll: the present one is to be seen.
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
