/* Makes a page live. Without this script everything works too, a page load at a time. */
"use strict";

(() => {
  const live = document.getElementById("live");
  const note = document.getElementById("note");
  const announcer = document.getElementById("announcer");
  if (!live || !window.EventSource || !window.fetch) return;

  const list = () => live.querySelector("[data-version]");
  const rows = (root) => new Map([...root.querySelectorAll("li[data-version]")].map((row) => [row.id, row]));
  const jump = makeToast();

  // ------------------------------------------------------------------------------------------------------- live updates

  let refreshing = null;
  let again = false;

  function listen() {
    const events = new EventSource(live.dataset.events);
    events.onmessage = (event) => {
      if (event.data !== list().dataset.version) refresh();
    };
    window.addEventListener("pagehide", () => events.close());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
  }

  function refresh() {
    if (refreshing) {
      again = true;
      return refreshing;
    }
    refreshing = fetchFragment().finally(() => {
      refreshing = null;
      if (again) {
        again = false;
        refresh();
      }
    });
    return refreshing;
  }

  async function fetchFragment() {
    const response = await fetch(live.dataset.fragment).catch(() => null);
    if (!response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-version]");
    if (fresh) keepingPlace(() => replaceWith(fresh));
  }

  /* Whatever changes, the focus stays on the button it was on and the page does not jump. */
  function keepingPlace(change) {
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    const wasAtEnd = isAtEnd();
    change();
    const successor = focused && document.getElementById(focused);
    if (successor && successor !== document.activeElement) successor.focus({ preventScroll: true });
    if (wasAtEnd) showNewest();
  }

  function replaceWith(fresh) {
    const old = list();
    const known = rows(old);
    const coming = rows(fresh);
    const [before, after] = [old, fresh].map((root) => (root.matches("ol") ? root : root.querySelector("ol")));
    if (before && after && swapAround(old, fresh)) {
      mergeRows(before, known, coming);
      old.dataset.version = fresh.dataset.version;
    } else {
      old.replaceWith(document.adoptNode(fresh));
    }
    announce([...coming.keys()].filter((id) => !known.has(id)));
  }

  /* What stands above and below the rows. False where there is more or less of it than before. */
  function swapAround(old, fresh) {
    const pairs = [".over", ".turn"].map((name) => [old.querySelector(name), fresh.querySelector(name)]);
    if (pairs.some(([was, is]) => Boolean(was) !== Boolean(is))) return false;
    for (const [was, is] of pairs) if (was && was.innerHTML !== is.innerHTML) was.replaceWith(document.adoptNode(is));
    return true;
  }

  function mergeRows(parent, known, coming) {
    for (const [id, row] of known) if (!coming.has(id)) row.remove();
    let before = parent.firstElementChild;
    for (const [id, row] of coming) {
      const kept = known.get(id);
      if (kept && kept.dataset.version === row.dataset.version) {
        before = kept.nextElementSibling;
      } else {
        const adopted = document.adoptNode(row);
        if (kept) {
          kept.replaceWith(adopted);
        } else {
          adopted.classList.add("new");
          parent.insertBefore(adopted, before);
        }
        before = adopted.nextElementSibling;
      }
    }
  }

  // ----------------------------------------------------------------------------------------------- saying what is new

  function announce(ids) {
    const news = ids.map((id) => document.getElementById(id)).filter((row) => row && row.matches(".message:not(.said)"));
    if (!news.length) return;
    const newest = news[news.length - 1];
    const words = newest.querySelector(".body").innerText.replace(/\s+/g, " ").trim();
    const whose = newest.classList.contains("private") ? "Only visible to you: " : "New message: ";
    announcer.textContent = whose + words.slice(0, 200);
    if (isHidden(newest)) jump.show(newest.id, words.slice(0, 90));
  }

  function makeToast() {
    const toast = document.createElement("a");
    toast.className = "toast";
    toast.hidden = true;
    toast.addEventListener("click", (event) => {
      event.preventDefault();
      toast.hidden = true;
      const row = document.getElementById(toast.hash.slice(1));
      if (!row) return;
      row.scrollIntoView({ block: "start" });
      row.focus({ preventScroll: true });
    });
    if (note) note.before(toast);
    return {
      show(id, words) {
        toast.href = `#${id}`;
        toast.textContent = words;
        toast.hidden = false;
      },
      hideIfSeen() {
        const row = toast.hidden ? null : document.getElementById(toast.hash.slice(1));
        if (row && !isHidden(row)) toast.hidden = true;
      },
    };
  }

  function isHidden(row) {
    const compose = document.querySelector(".compose");
    const end = compose ? compose.getBoundingClientRect().top : window.innerHeight;
    const box = row.getBoundingClientRect();
    return box.top > end - 24 || box.bottom < 24;
  }

  /* The end of the list, or the beginning of a newest message that is too tall for the window. */
  function showNewest() {
    const newest = live.querySelector("#messages .message:last-child");
    if (newest && newest.offsetHeight > window.innerHeight * 0.7) newest.scrollIntoView({ block: "start" });
    else if (newest) window.scrollTo({ top: document.body.scrollHeight });
  }

  function isAtEnd() {
    return window.innerHeight + window.scrollY >= document.body.scrollHeight - 40;
  }

  // ------------------------------------------------------------------------------------------------------------- forms

  function freshNonce() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* A double click is one event: a button keeps its mark for a moment. What is typed anew is always an event anew. */
  function renewNonce(form) {
    const renew = () => {
      form.elements.nonce.value = freshNonce();
    };
    if (form.id === "say") renew();
    else setTimeout(renew, 1000);
  }

  async function submit(form) {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      await send(form);
    } finally {
      delete form.dataset.busy;
    }
  }

  async function send(form) {
    const response = await fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "X-Staffroom-Page": "1" },
      body: new URLSearchParams(new FormData(form)),
    }).catch(() => null);
    if (!response) {
      tell("Staffroom cannot be reached. Is it still running? Nothing was lost: try again.");
    } else if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      tell((page.querySelector(".notice p") || page.body).textContent.trim());
    } else {
      const answer = await response.json();
      tell(answer.note);
      if (form.id === "say" && answer.done) form.elements.text.value = "";
      renewNonce(form);
      await refresh();
      if (form.id === "say" && answer.done) showNewest();
    }
  }

  function tell(words) {
    if (note) note.textContent = words;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.getAttribute("action").startsWith("/c/")) return;
    event.preventDefault();
    submit(form);
  });
  window.addEventListener("scroll", () => jump.hideIfSeen(), { passive: true });

  const messages = live.querySelectorAll(".message");
  if (messages.length && !window.location.hash) messages[messages.length - 1].scrollIntoView({ block: "start" });
  listen();
})();
