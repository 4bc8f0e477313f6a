"use strict";
// Menus in which one types to find: several choices, people, and what the bot suggests.

const pause = 180; // milliseconds without a key before the bot is asked

// plain is a text as it is compared: without case and marks, so that "bo" finds "Bø".
const plain = (text) => text.toLowerCase().replace(/ø/g, "o").replace(/æ/g, "a").normalize("NFD").replace(/\p{M}/gu, "");

// among finds in a list that is there already.
const among = (options) => (typed) => options.filter((o) => plain(o.text + " " + (o.note ?? "")).includes(plain(typed)));

// suggested asks the bot.
const suggested = (field) => async (typed) => {
  const { surface, block, element } = field;
  const body = { surface: surface.key, block: block.block_id, action: element.action_id, typed, fields: filled(surface) };
  return (await post(me, "searches", body)).options;
};

// drawSearch draws a field whose value is a list of { text, value }; find gives what fits what was typed.
function drawSearch(field, find) {
  const { element } = field;
  const many = element.type.startsWith("multi_");
  const asks = element.type.endsWith("external_select");
  const least = asks ? element.min_query_length ?? 3 : 0;
  const most = many ? element.max_selected_items ?? Infinity : Infinity;
  const id = "options-" + field.key;
  let options = [];
  let active = -1;
  let turn = 0; // of the last question: an answer to an earlier one comes too late
  let waiting;

  const box = el("input", { ...named(field), type: "text", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": id, autocapitalize: "off", spellcheck: "false",
    oninput: () => look(), onclick: () => look(), onkeydown: onKey, onblur: leave });
  const list = el("div", { popover: "manual", class: "menu options", onmousedown: (event) => event.preventDefault() });
  const chips = el("ul", { class: "chips" });
  const frame = el("div", { class: "search", onclick: (event) => event.target.closest("button") || box.focus() }, chips, box, list);

  function drawChips() {
    const chosen = held(field);
    chips.replaceChildren(...chosen.map((o) => el("li", null, el("span", null, o.text),
      el("button", { type: "button", "aria-label": fill(t.remove, { name: o.text }), onclick: () => (put(chosen.filter((other) => other !== o)), box.focus()) }, icon("close")))));
    chips.hidden = chosen.length === 0;
    box.placeholder = chosen.length ? "" : element.placeholder?.text ?? t.search;
  }

  function put(chosen) {
    enter(field, chosen, box);
    drawChips();
  }

  // open shows options, or a sentence in their place.
  function open(found, sentence) {
    const groups = new Map();
    options = found;
    active = found.length ? 0 : -1;
    found.forEach((o, i) => groups.set(o.group ?? "", [...(groups.get(o.group ?? "") ?? []), el("div", { role: "option", id: id + "-" + i, onclick: () => take(o) }, o.text, o.note && el("small", null, o.note))]));
    list.replaceChildren(sentence ? el("p", { role: "status" }, sentence) : el("div", { role: "listbox", id, "aria-label": field.label },
      [...groups].flatMap(([group, nodes]) => (group ? el("div", { role: "group", "aria-label": group }, el("p", { "aria-hidden": "true" }, group), nodes) : nodes))));
    if (!list.matches(":popover-open")) list.showPopover();
    box.setAttribute("aria-expanded", String(!sentence));
    lay(list, frame);
    point();
  }

  function point() {
    list.querySelectorAll("[role=option]").forEach((node, i) => node.setAttribute("aria-selected", String(i === active)));
    const node = $(id + "-" + active);
    if (active >= 0) box.setAttribute("aria-activedescendant", id + "-" + active);
    else box.removeAttribute("aria-activedescendant");
    node?.scrollIntoView({ block: "nearest" });
  }

  function shut() {
    clearTimeout(waiting);
    turn++;
    options = [];
    active = -1;
    if (list.matches(":popover-open")) list.hidePopover();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function leave() {
    shut();
    box.value = "";
  }

  function look() {
    clearTimeout(waiting);
    const own = ++turn;
    const typed = box.value.trim();
    if (held(field).length >= most) return open([], fill(t.most, { count: most }));
    if ([...typed].length < least) return open([], fill(t.tooShort, { count: least }));
    if (!asks) return offer(find(typed));
    if (!options.length) open([], t.searching);
    waiting = setTimeout(async () => {
      const found = await find(typed).catch(() => []);
      if (own === turn && box.isConnected && document.activeElement === box) offer(found);
    }, typed ? pause : 0);
  }

  function offer(found) {
    const chosen = new Set(held(field).map((o) => o.value));
    const left = found.filter((o) => !chosen.has(o.value));
    open(left, left.length ? "" : t.noMatch);
  }

  function take({ text, value }) {
    box.value = "";
    put(many ? [...held(field), { text, value }] : [{ text, value }]);
    shut();
    box.focus();
  }

  function onKey(event) {
    if (event.isComposing) return;
    const shown = list.matches(":popover-open");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown && options.length) active = (active + step + options.length) % options.length, point();
    else if (step && !shown) look();
    else if (event.key === "Enter") active >= 0 ? take(options[active]) : shown || look();
    else if (event.key === "Escape" && shown) shut();
    else if (event.key === "Backspace" && box.value === "" && held(field).length) put(held(field).slice(0, -1)), shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  drawChips();
  return frame;
}
