"use strict";
// The page draws what its server says that a person sees. What people and the bot write becomes text nodes and nothing else.

const $ = (id) => document.getElementById(id);

// el makes an element; on… attributes are listeners, and what is missing or false is left out.
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = svg.appendChild(document.createElementNS(svg.namespaceURI, "use"));
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#icon-" + name);
  return svg;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const nothing = () => ({ turn: 0, conversations: [], messages: [], modals: [], latest: {} });

let demo; // who can be chosen, the commands and shortcuts, the page's words, the bot's id
let me; // the chosen person
let t; // the page's words in their language
let place = ""; // the conversation in front
let home = false; // the bot's home is in front of its conversation
let thread = ""; // the timestamp of the message whose thread is open
let sight = nothing();
let stream;
const read = new Map(); // person/conversation, or with /thread → timestamp of the newest message that was in front
const met = new Set(); // the ids of those whom the visitor has been

const narrow = matchMedia("(max-width: 760px)");
const crowded = matchMedia("(max-width: 1100px)"); // a thread takes the conversation's place

// Drawing anew without disturbing.

const canvases = new WeakMap(); // part of the page → key → what was drawn there and its node

// redraw shows entries, key → { source, draw }, in a part of the page. What has not changed keeps its node, its place, its focus
// and its state; where what had the focus was drawn anew, what took its place gets it.
function redraw(parent, entries) {
  const before = canvases.get(parent) ?? new Map();
  const now = new Map();
  for (const [key, { source, draw }] of entries) {
    const text = JSON.stringify(source);
    const old = before.get(key);
    now.set(key, old?.text === text ? old : { text, node: draw() });
  }
  canvases.set(parent, now);
  const focus = focusIn(parent, before);
  const nodes = [...now.values()].map((entry) => entry.node);
  const wanted = new Set(nodes);
  if (nodes.some((node) => node.parentElement !== parent)) parent.closest("[aria-busy]")?.removeAttribute("aria-busy"); // what was waited for is here
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => parent.children[i] === node || parent.insertBefore(node, parent.children[i] ?? null));
  if (focus && !parent.contains(document.activeElement)) refocus(parent, focus, now);
  return now;
}

function focusIn(parent, drawn) {
  const node = document.activeElement;
  if (node === parent || !parent.contains(node)) return null;
  const [key] = [...drawn].find(([, entry]) => entry.node.contains(node)) ?? [];
  const texts = ["text", "search", "textarea"].includes(node.type);
  return { node, key, index: [...parent.children].findIndex((child) => child.contains(node)), at: node.dataset.at, caret: texts ? [node.selectionStart, node.selectionEnd] : null };
}

function refocus(parent, focus, drawn) {
  const entry = drawn.get(focus.key)?.node ?? parent.children[Math.min(focus.index, parent.children.length - 1)] ?? parent;
  const named = [...entry.querySelectorAll("[data-at]"), ...parent.querySelectorAll("[data-at]")];
  const action = (at) => at.slice(at.indexOf("/") + 1);
  const same = focus.at && (named.find((node) => node.dataset.at === focus.at) ?? named.find((node) => action(node.dataset.at) === action(focus.at)));
  const next = same || entry.querySelector("button, input, select, textarea") || entry;
  next.focus({ preventScroll: !same });
  if (!same || !focus.caret || !("selectionStart" in next)) return;
  if (next.role === "combobox" && focus.node.value) {
    next.value = focus.node.value;
    next.dispatchEvent(new Event("input"));
  }
  next.setSelectionRange(...focus.caret);
}

// People.

function nameOf(id) {
  if (id === demo.bot) return "Lotsen";
  return demo.people.find((person) => person.id === id)?.name ?? (id === "USLACKBOT" ? "Slackbot" : id);
}

function avatar(id) {
  if (id === demo.bot) return el("span", { class: "avatar bot", "aria-hidden": "true" }, icon("lotsen"));
  const parts = nameOf(id).split(/[\s-]+/);
  const initials = (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase();
  const tone = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 1009, 7) % 8;
  return el("span", { class: "avatar tone-" + tone, "aria-hidden": "true" }, initials);
}

// The sidebar and the head.

const address = (...parts) => "#" + [me.id, ...parts].join("/");

function drawPeople() {
  const focused = $("people").contains(document.activeElement);
  const schools = [...new Set(demo.people.map((person) => person.school))];
  $("people").replaceChildren(el("h2", { id: "people-title" }, t.people), ...schools.map((school) =>
    el("details", { name: "school", open: school === me.school }, el("summary", null, school), demo.people.filter((person) => person.school === school).map((person) =>
      el("a", { href: "#" + person.id, lang: person.language, "aria-current": person === me && "true" }, avatar(person.id), el("span", null, person.name, el("small", null, person.role)))))));
  if (focused) $("people").querySelector("[aria-current]").focus();
}

const mine = (place) => me.id + "/" + place;

// markPeople shows whom the bot has written to since the visitor has last been them.
function markPeople() {
  const waiting = new Set(Object.entries(sight.latest).filter(([id, { channel, ts }]) => ts > (read.get(id + "/" + channel) ?? "")).map(([id]) => id));
  const mark = (node, unread) => {
    if (node.classList.toggle("unread", unread) === Boolean(node.querySelector(".news"))) return;
    if (unread) (node.querySelector("span") ?? node).append(el("span", { class: "unseen news" }, ", " + t.unread));
    else node.querySelector(".news").remove();
  };
  for (const school of $("people").querySelectorAll("details")) {
    const links = [...school.querySelectorAll("a")];
    for (const link of links) mark(link, waiting.has(link.hash.slice(1)));
    mark(school.querySelector("summary"), links.some((link) => link.matches(".unread")));
  }
  const elsewhere = waiting.size > 0 || $("places").querySelector(".unread") !== null;
  $("menu").classList.toggle("unread", elsewhere);
  $("menu").setAttribute("aria-label", elsewhere ? t.menu + ", " + t.unread : t.menu);
}

function drawPlaces() {
  const list = $("places");
  const newest = new Map(sight.messages.filter((m) => m.author !== me.id).map((m) => [m.channel, m.ts]));
  if (!document.hidden && !home && newest.has(place)) read.set(mine(place), newest.get(place));
  const links = sight.conversations.map((c) => {
    const unread = (c.id !== place || home) && newest.get(c.id) > (read.get(mine(c.id)) ?? "");
    return { id: c.id, name: c.direct ? "Lotsen" : c.name, sign: c.direct ? "lotsen" : c.private ? "private" : "channel", current: c.id === place, unread };
  });
  const source = JSON.stringify([t.places, links]);
  if (list.dataset.source === source) return;
  list.dataset.source = source;
  const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
  list.replaceChildren(el("h2", { id: "places-title" }, t.places), ...links.map((l) =>
    el("a", { href: address(l.id), class: l.unread && "unread", "aria-current": l.current && "page" },
      l.sign === "lotsen" ? avatar(demo.bot) : icon(l.sign), el("span", null, l.name, l.sign === "private" && el("span", { class: "unseen" }, ", " + t.private), l.unread && el("span", { class: "unseen" }, ", " + t.unread)))));
  if (focused) [...list.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
}

const here = () => sight.conversations.find((c) => c.id === place);
const direct = () => here()?.direct ?? true;

function drawHead() {
  const name = direct() ? "Lotsen" : here().name;
  $("place").replaceChildren(...(direct() ? [] : [icon(here().private ? "private" : "channel")]), name);
  $("log").setAttribute("aria-label", fill(t.log, { place: name }));
  $("text").setAttribute("aria-label", direct() ? t.write : fill(t.writeIn, { place: name }));
  $("tabs").hidden = !direct();
  const tabs = [[t.home, address(place, "home"), home], [t.messages, address(place), !home]];
  redraw($("tabs"), new Map(tabs.map(([text, href, current]) => [href, { source: [text, current], draw: () =>
    el("a", { href, "aria-current": current && "page", "data-at": href }, text) }])));
}

function draw() {
  if (sight.conversations.length && !here()) place = sight.conversations[0].id;
  home = home && direct();
  drawHead();
  drawClock();
  drawPlaces();
  markPeople();
  drawThread(); // before the log, which tells what has been read
  drawLog();
  drawHome();
  drawModal();
}

// drawHome shows the page that the bot has made for the person.
function drawHome() {
  $("home").hidden = !home;
  const back = $("composer").hidden && !home;
  for (const id of ["log", "composer"]) $(id).hidden = home;
  if (back) ready();
  if (!home) return;
  const blocks = sight.home?.blocks ?? [];
  const entries = new Map(blocks.map((block) => [block.block_id, { source: block, draw: () => drawBlock(block, sight.home) ?? el("div") }]));
  if (!blocks.length) entries.set("empty", { source: [t.homeEmpty], draw: () => el("div", { class: "empty" }, icon("lotsen"), el("p", null, t.homeEmpty)) });
  redraw($("home"), entries);
}

// What the server says.

function show(person, seen) {
  if (person !== me || seen.turn < sight.turn) return;
  if (clock && seen.clock?.time < clock.time) met.clear(); // the server was started anew: school time never goes back
  sight = seen;
  clock = seen.clock ?? null;
  if (!met.has(me.id)) meet();
  forget();
  draw();
}

// meet takes what is there as read: all when the page is opened, and later, when the visitor is somebody for the first time, all
// but what the bot has written to them since then.
function meet() {
  const bot = sight.conversations[0].id;
  if (met.size === 0) {
    read.clear();
    for (const [id, { channel, ts }] of Object.entries(sight.latest)) read.set(id + "/" + channel, ts);
  }
  const since = met.size === 0 ? null : read.get(mine(bot)) ?? "";
  for (const m of sight.messages) {
    if (since === null || m.channel !== bot || m.ts <= since) read.set(mine(m.channel), m.ts).set(mine(m.channel + "/" + m.thread), m.ts);
  }
  met.add(me.id);
}

function listen() {
  const person = me;
  stream?.close();
  stream = new EventSource("api/people/" + encodeURIComponent(person.id) + "/stream");
  const own = stream;
  own.onopen = () => {
    sight.turn = 0; // the server may have been started anew
    notice("");
  };
  own.onmessage = (event) => show(person, JSON.parse(event.data));
  own.onerror = () => {
    if (own !== stream) return;
    notice(t.offline);
    if (own.readyState === EventSource.CLOSED) setTimeout(() => own === stream && listen(), 2000);
  };
}

async function post(person, what, body) {
  const response = await fetch("api/people/" + encodeURIComponent(person.id) + "/" + what, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
  return response.json();
}

// ask has the person do something and gives what went wrong, in words.
async function ask(what, body) {
  const person = me;
  let seen;
  try {
    seen = await post(person, what, body);
  } catch (problem) {
    return problem.status ? t.refused : t.offline;
  }
  show(person, seen);
  return !seen.trouble ? "" : seen.trouble === "operation_timeout" ? t.late : fill(t.failed, { code: seen.trouble });
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = text === "";
}

// The drawer of small screens.

function drawer(open) {
  if (document.body.classList.contains("open") === open) return;
  document.body.classList.toggle("open", open);
  cover();
  $("menu").setAttribute("aria-expanded", String(open));
  (open ? document.querySelector("#side a[aria-current]") : $("menu"))?.focus();
}

// cover keeps the keyboard away from what lies under the drawer or a thread.
function cover() {
  const open = document.body.classList.contains("open");
  const full = crowded.matches && !$("thread").hidden;
  $("main").inert = open || full;
  $("thread").inert = open;
}

// The address says who and where, so that another tab can be somebody else.

function route() {
  const [id, channel, what, ts] = location.hash.slice(1).split("/");
  const person = demo.people.find((p) => p.id === id) ?? demo.people[0];
  const changed = person !== me;
  drawer(false);
  if (changed || channel !== place) wipe("log", "replies"); // what had the focus in one conversation has no heir in another
  place = channel ?? "";
  home = what === "home";
  thread = what === "thread" ? ts : "";
  if (changed) {
    me = person;
    t = demo.texts[me.language] ?? demo.texts.sv;
    sight = nothing();
    become();
    listen();
  }
  following = true;
  draw();
  if (home) ask("homes", {}).then(notice);
}

function wipe(...parts) {
  for (const part of parts) {
    canvases.delete($(part));
    $(part).replaceChildren();
  }
}

// become dresses the page for the chosen person.
function become() {
  document.documentElement.lang = me.language;
  document.title = t.title + " – " + me.name;
  wipe("home", "tabs");
  for (const [name, text] of Object.entries({ demo: t.demo, about: t.about, skip: t.skip, me: fill(t.me, me), "thread-title": t.thread })) $(name).textContent = text;
  for (const [name, text] of Object.entries({
    close: t.close, send: t.send, "reply-send": t.send, side: t.menu, "menu-of-commands": t.commands, shortcuts: t.shortcuts, tabs: "Lotsen",
    home: t.home, "thread-close": t.closeThread, replies: t.thread, "reply-text": t.writeReply, "modal-close": t.close, "modal-back": t.back,
  })) $(name).setAttribute("aria-label", text);
  $("text").placeholder = t.prompt;
  $("reply-text").placeholder = t.writeReply;
  $("shortcuts").hidden = shortcutsOf(false).length === 0;
  $("clock").title = t.forward;
  $("clock").dataset.shown = ""; // in another language
  drawPeople();
  drawExamples();
  compose("");
  notice("");
}

async function start() {
  demo = await (await fetch("api/demo")).json();
  $("skip").addEventListener("click", () => (home ? $("home") : $("text")).focus());
  $("menu").addEventListener("click", () => drawer(true));
  $("close").addEventListener("click", () => drawer(false));
  $("clock").addEventListener("click", offerSteps);
  document.addEventListener("click", (event) => event.target.closest("#side, #menu") || drawer(false));
  addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));
  addEventListener("hashchange", route);
  crowded.addEventListener("change", cover);
  startWriting();
  startThread();
  startModal();
  const log = $("log");
  log.addEventListener("scroll", () => (following = log.scrollHeight - log.scrollTop - log.clientHeight < 60));
  new ResizeObserver(follow).observe(log); // the box below grows with what is written
  // A hidden tab lets go of its connection: browsers allow six to one server, and each tab may be somebody else.
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : listen()));
  route();
  if (!narrow.matches && !home && !thread) $("text").focus();
}

addEventListener("DOMContentLoaded", start); // when the other files are there
