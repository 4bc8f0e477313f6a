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

let demo; // who can be chosen, the commands, the page's words, the bot's id
let me; // the chosen person
let t; // the page's words in their language
let place = ""; // the conversation in front
let sight = { conversations: [], messages: [] };
let stream;
let sending = null; // the line on its way to the bot
let typed = []; // the commands typed in this tab: Slack shows them nowhere, but here one wants to see what was answered
const read = new Map(); // conversation → timestamp of the newest message that was in front

// Slack's markup. & < > in text are written as entities; <…> is a link, a mention or a date.

const entities = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity]);
const emoji = { white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", wave: "👋", "+1": "👍", thumbsup: "👍", eyes: "👀", hourglass: "⌛", bell: "🔔", calendar: "📅", tada: "🎉", x: "❌" };
const marks = { "*": "strong", _: "em", "~": "s" };
const inside = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}])([*_~])(?=\S)((?:`[^`]*`|<[^<>]*>|(?!\3).)+?)(?<=\S)\3(?![\p{L}\p{N}])|:([a-z0-9_+-]+):/gu;

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const m of text.matchAll(inside)) {
    const [whole, code, tag, mark, marked, name] = m;
    nodes.push(unescape(text.slice(end, m.index)));
    end = m.index + whole.length;
    if (code) nodes.push(el("code", null, unescape(code)));
    else if (tag) nodes.push(tagged(tag));
    else if (mark) nodes.push(el(marks[mark], null, inline(marked)));
    else nodes.push(Object.hasOwn(emoji, name) ? emoji[name] : whole);
  }
  nodes.push(unescape(text.slice(end)));
  return nodes;
}

function mrkdwn(text) {
  return text.split(/```([\s\S]+?)```/).flatMap((part, i) => {
    if (i % 2) return el("pre", null, unescape(part.replace(/^\n|\n$/g, "")));
    const out = [];
    if (part.trim() === "") return out;
    for (const line of part.replace(/^\n|\n$/g, "").split("\n")) {
      const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
      const last = out.at(-1);
      if (last?.localName === (quoted ? "blockquote" : "p")) last.append("\n", ...inline(quoted ? quoted[1] : line));
      else out.push(el(quoted ? "blockquote" : "p", null, inline(quoted ? quoted[1] : line)));
    }
    return out;
  });
}

function tagged(tag) {
  const bar = tag.indexOf("|");
  const target = bar < 0 ? tag : tag.slice(0, bar);
  const label = bar < 0 ? "" : unescape(tag.slice(bar + 1));
  const mention = (sign, name) => el("span", { class: "mention" }, sign + name.replace(/^[@#]/, ""));
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("@")) return mention("@", label || nameOf(target.slice(1)));
  if (target.startsWith("#")) return mention("#", label || sight.conversations.find((c) => c.id === target.slice(1))?.name || target.slice(1));
  if (target.startsWith("!")) return mention("@", label || target.slice(1));
  return link(unescape(target), label);
}

const link = (address, label) => {
  const text = label || address.replace(/^(?:mailto|tel):/, "");
  return /^(?:https?|mailto|tel):/i.test(address) ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;
};

function dated(target, label) {
  const [, seconds, format, address] = target.split("^");
  const at = moment(Number(seconds));
  const words = at && unescape(format).replace(/\{(\w+)\}/g, (whole, token) =>
    token === "date_num" ? at.date : token === "time" ? at.time : token === "time_secs" ? at.time + ":" + at.seconds : token.startsWith("date") ? at.day : whole);
  const text = !words || /\{\w+\}/.test(words) ? label : words;
  return address ? link(unescape(address), text) : el("time", at && { datetime: at.date + "T" + at.time }, text);
}

// Times are the schools': Stockholm and Oslo have the same.
const zone = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Stockholm", dateStyle: "short", timeStyle: "medium" });

function moment(seconds) {
  if (!Number.isFinite(seconds)) return null;
  const [date, clock] = zone.format(seconds * 1000).split(" ");
  const [, month, day] = date.split("-").map(Number);
  const weekday = t.weekdays[new Date(date + "T00:00Z").getUTCDay()];
  return { date, time: clock.slice(0, 5), seconds: clock.slice(6), day: fill(t.day, { weekday, day, month: t.months[month - 1] }) };
}

// Block Kit. A kind of block or element that is not here is not drawn.

const words = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : el("p", null, object.text));

const blocks = {
  header: (block) => el("h3", null, block.text.text),
  divider: () => el("hr"),
  context: (block) => el("div", { class: "context" }, block.elements.map((element) => element.text && el("div", null, words(element)))),
  section: (block, message) => el("div", { class: "section" },
    el("div", null, block.text && words(block.text), block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", null, words(field))))),
    block.accessory && elements[block.accessory.type]?.(block.accessory, message)),
  actions: (block, message) => el("div", { class: "actions" }, block.elements.map((element) => elements[element.type]?.(element, message))),
};

const elements = {
  button: (button, message) => el("button", { type: "button", class: "button " + (button.style ?? ""), "aria-label": button.accessibility_label, onclick: (event) => {
    if (/^https?:/i.test(button.url ?? "")) window.open(button.url, "_blank", "noopener,noreferrer");
    click(message, button, event.currentTarget);
  } }, button.text.text),
};

function content(message) {
  const drawn = (message.blocks ?? []).map((block) => blocks[block.type]?.(block, message)).filter(Boolean);
  return drawn.length ? drawn : mrkdwn(message.text);
}

// People and messages.

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

function drawMessage(message) {
  const at = message.ts && moment(Number(message.ts));
  return el("article", { class: "message" + (message.ephemeral ? " only-you" : ""), tabindex: "-1", "aria-label": [nameOf(message.author), at?.time].filter(Boolean).join(" ") },
    avatar(message.author),
    el("div", { class: "body" },
      message.ephemeral && !message.command && el("p", { class: "note" }, icon("eye"), t.onlyYou),
      el("div", { class: "head" }, el("strong", null, nameOf(message.author)), message.author === demo.bot && el("span", { class: "app" }, "APP"),
        at && el("time", { datetime: at.date + "T" + at.time }, at.time)),
      message.command ? el("p", null, el("code", null, message.text)) : content(message),
      message.edited && el("span", { class: "edited" }, t.edited),
      message.reactions && el("div", { class: "reactions" }, message.reactions.map((r) => el("span", { title: r.users.map(nameOf).join(", ") }, (emoji[r.name] ?? ":" + r.name + ":") + " " + r.count)))));
}

let drawn = new Map(); // key → what was drawn and its node, so that what has not changed keeps its place, its focus and its state

function keep(key, source, draw) {
  const text = JSON.stringify(source);
  const old = drawn.get(key);
  return old?.text === text ? old : { text, node: draw(source), had: old?.node };
}

function drawLog() {
  const items = sight.messages.filter((m) => m.channel === place);
  for (const line of [...typed, ...(sending ? [sending] : [])].filter((l) => l.channel === place && l.person === me.id && l.command)) {
    const next = items.findIndex((m) => !m.command && m.ts > line.after); // the answer, or what came meanwhile
    if (next < 0 && line !== sending) continue; // its answer is gone
    const at = next < 0 ? items.length : next;
    items.splice(at, 0, { key: line.key, ts: next < 0 ? "" : items[at].ts, author: me.id, text: line.text, ephemeral: true, command: true });
  }
  const now = new Map();
  const direct = place === sight.conversations[0]?.id;
  if (direct) now.set("welcome", keep("welcome", me, drawWelcome));
  else if (items.length === 0) now.set("quiet", keep("quiet", t.quiet, (text) => el("p", { class: "quiet" }, text)));
  let day, before;
  for (const item of items) {
    const today = item.ts && moment(Number(item.ts)).day;
    if (today && today !== day) now.set((day = today), keep(day, day, (text) => el("div", { class: "day" }, el("span", null, text)))), (before = null);
    const entry = keep(item.key, item, drawMessage);
    const follows = before && before.author === item.author && before.ephemeral === item.ephemeral && !item.ephemeral && item.ts - before.ts < 300;
    entry.node.classList.toggle("follows", Boolean(follows));
    now.set(item.key, entry);
    before = item;
  }
  if (sending?.channel === place && sending.person === me.id) now.set("typing", keep("typing", t.waiting, (text) => el("p", { class: "typing" }, text)));
  settle($("log"), [...now.values()]);
  drawn = now;
}

// settle moves only what is not in its place already: a node that moves loses its focus.
function settle(parent, entries) {
  const refocus = entries.find((entry) => entry.had?.contains(document.activeElement) && entry.had !== entry.node);
  const wanted = new Set(entries.map((entry) => entry.node));
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  entries.forEach(({ node }, i) => parent.children[i] === node || parent.insertBefore(node, parent.children[i] ?? null));
  if (refocus) (refocus.node.querySelector("button") ?? refocus.node).focus();
  follow();
}

let following = true; // the newest message, until the visitor scrolls up

function follow() {
  if (following) $("log").scrollTop = $("log").scrollHeight;
}

function drawWelcome(person) {
  return el("section", { class: "welcome" }, el("div", { class: "card" },
    el("h2", null, fill(t.welcome, person)), person.hint && el("p", { class: "hint" }, person.hint), el("p", null, t.how)));
}

// The sidebar.

function drawPeople() {
  const focused = $("people").contains(document.activeElement);
  const schools = [...new Set(demo.people.map((person) => person.school))];
  $("people").replaceChildren(el("h2", { id: "people-title" }, t.people), ...schools.map((school) =>
    el("details", { name: "school", open: school === me.school }, el("summary", null, school), demo.people.filter((person) => person.school === school).map((person) =>
      el("a", { href: "#" + person.id, lang: person.language, "aria-current": person === me && "true" }, avatar(person.id), el("span", null, person.name, el("small", null, person.role)))))));
  if (focused) $("people").querySelector("[aria-current]").focus();
}

function drawPlaces() {
  const list = $("places");
  const newest = new Map(sight.messages.filter((m) => m.author !== me.id).map((m) => [m.channel, m.ts]));
  if (!document.hidden) read.set(place, newest.get(place));
  const links = sight.conversations.map((c) => {
    const unread = c.id !== place && newest.get(c.id) > (read.get(c.id) ?? "");
    return { id: c.id, name: c.direct ? "Lotsen" : c.name, sign: c.direct ? "lotsen" : c.private ? "private" : "channel", current: c.id === place, unread };
  });
  const source = JSON.stringify([t.places, links]);
  if (list.dataset.source === source) return;
  list.dataset.source = source;
  const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
  list.replaceChildren(el("h2", { id: "places-title" }, t.places), ...links.map((l) =>
    el("a", { href: "#" + me.id + "/" + l.id, class: l.unread && "unread", "aria-current": l.current && "page" },
      l.sign === "lotsen" ? avatar(demo.bot) : icon(l.sign), el("span", null, l.name, l.sign === "private" && el("span", { class: "unseen" }, ", " + t.private), l.unread && el("span", { class: "unseen" }, ", " + t.unread)))));
  if (focused) [...list.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
}

function drawHead() {
  const here = sight.conversations.find((c) => c.id === place);
  const name = !here || here.direct ? "Lotsen" : here.name;
  $("place").replaceChildren(...(!here || here.direct ? [] : [icon(here.private ? "private" : "channel")]), name);
  $("log").setAttribute("aria-label", fill(t.log, { place: name }));
  $("text").setAttribute("aria-label", !here || here.direct ? t.write : fill(t.writeIn, { place: name }));
}

function draw() {
  const known = sight.conversations.some((c) => c.id === place);
  if (!known) place = sight.conversations[0]?.id ?? "";
  drawHead();
  drawPlaces();
  drawLog();
}

// What the server says, and what the visitor does.

function show(person, seen) {
  if (person !== me) return;
  const first = sight.conversations.length === 0;
  sight = seen;
  if (first) for (const m of seen.messages) read.set(m.channel, m.ts);
  draw();
}

function listen() {
  const person = me;
  stream?.close();
  stream = new EventSource("api/people/" + encodeURIComponent(person.id) + "/stream");
  const own = stream;
  own.onopen = () => notice("");
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

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = text === "";
}

async function send(text) {
  const person = me;
  const channel = place;
  const last = sight.messages.filter((m) => m.channel === channel).at(-1)?.ts ?? "";
  sending = { key: "typed-" + typed.length, person: person.id, channel, text, command: text.startsWith("/"), after: last };
  compose("");
  notice("");
  following = true;
  draw();
  try {
    const seen = await post(person, "lines", { channel, text });
    if (sending.command && seen.messages.some((m) => m.channel === channel && m.ts > last)) typed.push(sending);
    sending = null;
    show(person, seen);
  } catch (problem) {
    sending = null;
    if (person !== me) return;
    draw();
    if ($("text").value === "") compose(text);
    notice(problem.status === 422 ? fill(t.noCommand, { command: text.split(/\s/)[0] }) : problem.status === 413 ? t.tooLong : problem.status ? t.refused : t.offline);
  }
  ready();
}

async function click(message, button, node) {
  const article = node.closest(".message");
  if (article.getAttribute("aria-busy") === "true") return;
  const person = me;
  let trouble = "";
  article.setAttribute("aria-busy", "true");
  article.querySelector(".trouble")?.remove();
  node.classList.add("pressed");
  try {
    const seen = await post(person, "clicks", { message: message.key, action: button.action_id, value: button.value ?? "" });
    if (seen.trouble) trouble = seen.trouble === "operation_timeout" ? t.late : fill(t.failed, { code: seen.trouble });
    show(person, seen);
  } catch (problem) {
    trouble = problem.status ? t.refused : t.offline;
  }
  article.removeAttribute("aria-busy");
  node.classList.remove("pressed");
  if (trouble) article.querySelector(".body").append(el("p", { class: "note trouble", role: "alert" }, icon("warning"), trouble));
  follow();
}

// Writing, with Slack's menu of commands.

let offered = []; // the commands in the menu
let chosen = -1;

function compose(text) {
  $("text").value = text;
  suggest();
  ready();
}

function ready() {
  const box = $("text");
  $("send").setAttribute("aria-disabled", String(Boolean(sending) || box.value.trim() === ""));
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
}

function suggest() {
  const text = $("text").value;
  const commands = demo.commands[me.language] ?? [];
  offered = /^\/\S*$/.test(text) ? commands.filter((c) => c.name.startsWith(text.toLowerCase())) : [];
  chosen = offered.length && offered[0].name !== text ? 0 : -1;
  const used = commands.find((c) => text.startsWith(c.name + " ") && text.trim() === c.name);
  $("usage").replaceChildren(...(used ? [el("strong", null, used.name), " ", el("span", null, used.usage)] : []));
  $("usage").hidden = !used;
  drawMenu();
}

function drawMenu() {
  const box = $("text");
  $("menu-of-commands").replaceChildren(...offered.map((c, i) => el("li", { role: "option", id: "command-" + i, "aria-selected": String(i === chosen), onclick: () => take(c),
    onpointerdown: (event) => event.preventDefault() }, el("strong", null, c.name), " ", el("span", null, c.usage), el("small", null, c.description))));
  $("menu-of-commands").hidden = offered.length === 0;
  if (chosen >= 0) box.setAttribute("aria-activedescendant", "command-" + chosen);
  else box.removeAttribute("aria-activedescendant");
  $("command-" + chosen)?.scrollIntoView({ block: "nearest" });
}

function take(command) {
  compose(command.name + " ");
  $("text").focus();
}

function onKey(event) {
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (offered.length && steps[event.key]) chosen = (Math.max(chosen, steps[event.key] < 0 ? 0 : -1) + steps[event.key] + offered.length) % offered.length, drawMenu();
  else if (offered.length && chosen >= 0 && (event.key === "Tab" && !event.shiftKey || event.key === "Enter")) take(offered[chosen]);
  else if (offered.length && event.key === "Escape") offered = [], chosen = -1, drawMenu();
  else if (event.key === "Enter" && !event.shiftKey) $("composer").requestSubmit();
  else return;
  event.preventDefault();
}

function drawExamples() {
  $("examples").hidden = !me.examples?.length;
  $("examples").replaceChildren(el("span", { id: "try" }, t.try), ...(me.examples ?? []).map((example) =>
    el("button", { type: "button", class: "example", title: example, onclick: () => { compose(example); $("text").focus(); } }, example)));
}

// The drawer of small screens.

function drawer(open) {
  if (document.body.classList.contains("open") === open) return;
  document.body.classList.toggle("open", open);
  $("main").inert = open;
  $("menu").setAttribute("aria-expanded", String(open));
  (open ? document.querySelector("#side a[aria-current]") : $("menu"))?.focus();
}

// The address says who and where, so that another tab can be somebody else.

function route() {
  const [id, channel] = location.hash.slice(1).split("/");
  const person = demo.people.find((p) => p.id === id) ?? demo.people[0];
  const changed = person !== me;
  drawer(false);
  place = channel ?? "";
  if (changed) {
    me = person;
    t = demo.texts[me.language] ?? demo.texts.sv;
    document.documentElement.lang = me.language;
    document.title = t.title + " – " + me.name;
    sight = { conversations: [], messages: [] };
    drawn = new Map();
    read.clear();
    $("log").replaceChildren();
    for (const [name, text] of Object.entries({ demo: t.demo, about: t.about, skip: t.skip, me: fill(t.me, me) })) $(name).textContent = text;
    for (const [name, text] of Object.entries({ menu: t.menu, close: t.close, send: t.send, side: t.menu, "menu-of-commands": t.commands })) $(name).setAttribute("aria-label", text);
    $("text").placeholder = t.prompt;
    drawPeople();
    drawExamples();
    compose("");
    notice("");
    listen();
  }
  following = true;
  draw();
}

async function start() {
  demo = await (await fetch("api/demo")).json();
  $("skip").addEventListener("click", () => $("text").focus());
  $("menu").addEventListener("click", () => drawer(true));
  $("close").addEventListener("click", () => drawer(false));
  document.addEventListener("click", (event) => event.target.closest("#side, #menu") || drawer(false));
  $("text").addEventListener("input", () => (suggest(), ready()));
  $("text").addEventListener("keydown", onKey);
  $("text").addEventListener("blur", () => (offered = [], drawMenu()));
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (text && !sending) send(text);
  });
  addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));
  addEventListener("hashchange", route);
  const log = $("log");
  log.addEventListener("scroll", () => (following = log.scrollHeight - log.scrollTop - log.clientHeight < 60));
  new ResizeObserver(follow).observe(log); // the box below grows with what is written
  // A hidden tab lets go of its connection: browsers allow six to one server, and each tab may be somebody else.
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : listen()));
  route();
  if (matchMedia("(min-width: 761px)").matches) $("text").focus();
}

start();
