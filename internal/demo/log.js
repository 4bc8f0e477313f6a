"use strict";
// Messages: a conversation's log, and the thread beside it.

let sending = null; // the line on its way to the bot
let typed = []; // the commands typed in this tab: Slack shows them nowhere, but here one wants to see what was answered
let following = true; // the newest message, until the visitor scrolls up

function follow() {
  if (following) $("log").scrollTop = $("log").scrollHeight;
}

function drawMessage(message) {
  const at = message.ts && moment(Number(message.ts));
  return el("article", { class: "message" + (message.ephemeral ? " only-you" : ""), tabindex: "-1", "aria-label": [nameOf(message.author), at?.time].filter(Boolean).join(" ") },
    avatar(message.author),
    el("div", { class: "body" },
      message.ephemeral && !message.command && el("p", { class: "note" }, icon("eye"), t.onlyYou),
      el("div", { class: "head" }, el("strong", null, nameOf(message.author)), message.author === demo.bot && el("span", { class: "app" }, "APP"),
        at && el("time", { datetime: at.date + "T" + at.time }, at.time)),
      message.broadcast && !message.alone && opener(message.thread, t.inThread),
      message.command ? el("p", null, el("code", null, message.text)) : content(message),
      message.edited && el("span", { class: "edited" }, t.edited),
      message.reactions && el("div", { class: "reactions" }, message.reactions.map((r) => el("span", { title: r.users.map(nameOf).join(", ") }, (emoji[r.name] ?? ":" + r.name + ":") + " " + r.count))),
      message.replies > 0 && opener(message.ts, fill(t.replies, { count: message.replies }), message.unread)),
    !message.command && tools(message));
}

// opener opens a thread.
function opener(ts, text, unread) {
  return el("button", { type: "button", class: "opener" + (unread ? " unread" : ""), "data-at": ts + "/thread", onclick: () => openThread(ts) },
    icon("thread"), text, unread && el("span", { class: "unseen" }, ", " + t.unread));
}

// tools are what one can do with a message. Slack has none on what only one person sees.
function tools(message) {
  if (message.ephemeral || message.gone) return null;
  const shortcuts = shortcutsOf(true);
  const items = shortcuts.map((s) => ({ text: s.name, note: s.description, act: () => useShortcut(s, message.key) }));
  return el("div", { class: "tools" },
    !message.alone && el("button", { type: "button", class: "plain", "aria-label": t.reply, title: t.reply, "data-at": message.ts + "/reply", onclick: () => openThread(message.thread ?? message.ts) }, icon("reply")),
    shortcuts.length > 0 && el("button", { type: "button", class: "plain", "aria-label": t.more, title: t.more, "aria-haspopup": "menu", "aria-expanded": "false", "data-at": message.ts + "/more",
      onclick: (event) => popMenu(event.currentTarget, items, t.more) }, icon("more")));
}

const shortcutsOf = (message) => (demo.shortcuts?.[me.language] ?? []).filter((s) => s.message === message);

async function useShortcut(shortcut, message) {
  const trouble = await ask("shortcuts", { shortcut: shortcut.id, message });
  (thread && message ? threadNotice : notice)(trouble);
}

// logged is what stands in the log: each thread is one message there, with those replies that were sent to the conversation too.
// The first message of a thread may be gone.
function logged() {
  const all = sight.messages.filter((m) => m.channel === place);
  const threads = Map.groupBy(all.filter((m) => m.thread), (m) => m.thread);
  const items = all.filter((m) => !m.thread || m.broadcast);
  for (const ts of threads.keys()) {
    if (!items.some((m) => m.ts === ts)) items.push({ key: "gone-" + ts, ts, author: "", gone: true });
  }
  items.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
  return items.map((m) => {
    const replies = threads.get(m.ts) ?? [];
    const newest = replies.findLast((r) => r.author !== me.id)?.ts ?? "";
    return replies.length ? { ...m, replies: replies.length, unread: newest > (read.get(mine(place + "/" + m.ts)) ?? "") } : m;
  });
}

function drawLog() {
  const items = logged();
  for (const line of [...typed, ...(sending ? [sending] : [])].filter((l) => l.channel === place && l.person === me.id && l.command)) {
    const next = items.findIndex((m) => !m.command && m.ts > line.after); // the answer, or what came meanwhile
    if (next < 0 && line !== sending) continue; // its answer is gone
    const at = next < 0 ? items.length : next;
    items.splice(at, 0, { key: line.key, ts: next < 0 ? "" : items[at].ts, author: me.id, text: line.text, ephemeral: true, command: true });
  }
  const entries = new Map();
  if (direct()) entries.set("welcome", { source: me, draw: () => drawWelcome(me) });
  else if (items.length === 0) entries.set("quiet", { source: t.quiet, draw: () => el("p", { class: "quiet" }, t.quiet) });
  let day;
  for (const item of items) {
    const today = item.ts && moment(Number(item.ts)).day;
    if (today && today !== day) entries.set((day = today), { source: day, draw: () => el("div", { class: "day" }, el("span", null, today)) });
    entries.set(item.key, message(item));
  }
  if (sending?.channel === place && sending.person === me.id && !sending.thread) entries.set("typing", typing());
  join(redraw($("log"), entries), items);
  follow();
}

const typing = () => ({ source: t.waiting, draw: () => el("p", { class: "typing" }, t.waiting) });

// message is an entry of a log. What a person has chosen in it is no reason to draw it anew.
const message = (item) => ({ source: { ...item, state: undefined, shortcuts: demo.shortcuts?.[me.language] }, draw: () => (item.gone ? drawGone(item) : drawMessage(item)) });

// join lets messages that one author wrote in one go stand together.
function join(drawn, items) {
  let before;
  for (const item of items) {
    const follows = before && !item.gone && before.author === item.author && before.ephemeral === item.ephemeral && !item.ephemeral && item.ts - before.ts < 300;
    const node = drawn.get(item.key).node;
    node.classList.toggle("follows", Boolean(follows) && node.previousElementSibling === drawn.get(before.key).node);
    before = item;
  }
}

const drawGone = (message) => el("article", { class: "message gone" }, el("span"), el("div", { class: "body" }, el("p", { class: "quiet" }, t.gone), message.replies > 0 && opener(message.ts, fill(t.replies, { count: message.replies }), message.unread)));

function drawWelcome(person) {
  return el("section", { class: "welcome" }, el("div", { class: "card" },
    el("h2", null, fill(t.welcome, person)), person.hint && el("p", { class: "hint" }, inline(person.hint)), el("p", null, t.how)));
}

// say sends a message, in a thread or in the conversation itself.
async function say(channel, thread, text) {
  const person = me;
  const last = sight.messages.filter((m) => m.channel === channel).at(-1)?.ts ?? "";
  const line = (sending = { key: "typed-" + typed.length, person: person.id, channel, thread, text, command: text.startsWith("/"), after: last });
  draw();
  try {
    const seen = await post(person, "lines", { channel, thread, text });
    if (line.command && seen.messages.some((m) => m.channel === channel && m.ts > last)) typed.push(line);
    sending = null;
    show(person, seen);
    return "";
  } catch (problem) {
    sending = null;
    if (person !== me) return "";
    draw();
    if (problem.status === 422) return fill(t.noCommand, { command: text.split(/\s/)[0] });
    return problem.status === 413 ? t.tooLong : problem.status ? t.refused : t.offline;
  } finally {
    ready();
  }
}

// The thread.

const openThread = (ts) => (location.hash = address(place, "thread", ts));
const closeThread = () => (location.hash = address(place));

let shownThread = ""; // its address, which is somebody's
let followingThread = true;
const drafts = new Map(); // thread → what was written for it and not sent

function drawThread() {
  const all = sight.messages.filter((m) => m.channel === place);
  const replies = all.filter((m) => m.thread === thread);
  const first = all.find((m) => m.ts === thread && !m.ephemeral) ?? (replies.length ? { key: "gone-" + thread, ts: thread, gone: true } : null);
  const open = Boolean(thread && first);
  const opened = open && shownThread !== address(place, "thread", thread);
  if (!open && shownThread) leaveThread();
  $("thread").hidden = !open;
  document.body.classList.toggle("threaded", open);
  cover();
  if (!open) return;
  if (opened) {
    drafts.set(shownThread, $("reply-text").value);
    shownThread = address(place, "thread", thread);
    $("reply-text").value = drafts.get(shownThread) ?? "";
    followingThread = true;
    threadNotice("");
    ready();
  }
  if (!document.hidden) read.set(mine(place + "/" + thread), replies.at(-1)?.ts ?? "");
  $("thread-place").textContent = direct() ? "Lotsen" : "#" + here().name;
  const items = [first, ...replies].map((m) => ({ ...m, alone: true }));
  const entries = new Map(items.map((item) => [item.key, message(item)]));
  if (sending?.thread === thread && sending.channel === place && sending.person === me.id) entries.set("typing", typing());
  join(redraw($("replies"), entries), items.slice(1));
  if (followingThread) $("replies").scrollTop = $("replies").scrollHeight;
  if (opened) (narrow.matches ? $("thread-title") : $("reply-text")).focus(); // a phone's keyboard would cover what is said
}

function leaveThread() {
  const inside = $("thread").contains(document.activeElement);
  const ts = shownThread.split("/").at(-1);
  drafts.set(shownThread, $("reply-text").value);
  $("reply-text").value = "";
  shownThread = "";
  $("main").inert = false;
  if (inside) ($("log").querySelector('[data-at="' + CSS.escape(ts) + '/thread"]') ?? $("text")).focus();
}

function threadNotice(text) {
  $("thread-notice").textContent = text;
  $("thread-notice").hidden = text === "";
}

async function reply() {
  const box = $("reply-text");
  const text = box.value.trim();
  if (!text || sending) return;
  if (text.startsWith("/")) return threadNotice(fill(t.threadCommand, { command: text.split(/\s/)[0] }));
  box.value = "";
  threadNotice("");
  followingThread = true;
  const trouble = await say(place, thread, text);
  if (trouble && box.value === "") box.value = text;
  threadNotice(trouble);
  ready();
}

function startThread() {
  $("thread-close").addEventListener("click", closeThread);
  $("reply").addEventListener("submit", (event) => {
    event.preventDefault();
    reply();
  });
  $("reply-text").addEventListener("input", ready);
  $("thread").addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") closeThread();
    else if (event.key === "Enter" && !event.shiftKey && event.target === $("reply-text")) reply();
    else return;
    event.preventDefault();
  });
  $("replies").addEventListener("scroll", () => (followingThread = $("replies").scrollHeight - $("replies").scrollTop - $("replies").clientHeight < 60));
}
