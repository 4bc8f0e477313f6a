"use strict";
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

// dayOf is a date of a field in words.
function dayOf(date) {
  const at = new Date(date + "T00:00Z");
  if (!date || Number.isNaN(at.getTime())) return "";
  return fill(t.day, { weekday: t.weekdays[at.getUTCDay()], day: at.getUTCDate(), month: t.months[at.getUTCMonth()] });
}
