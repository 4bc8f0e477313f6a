"use strict";
// Block Kit. A kind of block or element that is not here is not drawn. A surface is what blocks stand in: a message, a modal or
// the bot's home, each with its key, its blocks, and the state that the bot last heard of.

const words = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : el("p", null, object.text));

const blocks = {
  header: (block) => el("h3", null, block.text.text),
  divider: () => el("hr"),
  context: (block) => el("div", { class: "context" }, block.elements.map((element) => element.text && el("div", null, words(element)))),
  section: (block, surface) => el("div", { class: "section" },
    el("div", null, block.text && words(block.text), block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", null, words(field))))),
    block.accessory && drawElement(block.accessory, block, surface)),
  actions: (block, surface) => el("div", { class: "actions" }, block.elements.map((element) => drawElement(element, block, surface))),
  input: drawInput,
};

const drawBlock = (block, surface) => blocks[block.type]?.(block, surface);
const drawElement = (element, block, surface) => elements[element.type]?.(fieldOf(element, block, surface));

function content(message) {
  const drawn = (message.blocks ?? []).map((block) => drawBlock(block, message)).filter(Boolean);
  return drawn.length ? drawn : mrkdwn(message.text);
}

// drawInput is a field with its label, its hint and room for what is wrong with it.
function drawInput(block, surface) {
  const field = fieldOf(block.element, block, surface);
  const several = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const mark = block.optional && el("span", { class: "optional" }, " (" + t.optional + ")");
  return el(several ? "fieldset" : "div", { class: "field", "data-block": block.block_id },
    several ? el("legend", null, block.label.text, mark) : el("label", { for: field.id }, block.label.text, mark),
    elements[block.element.type]?.(field),
    block.hint && el("p", { class: "hint", id: field.id + "-hint" }, block.hint.text),
    el("p", { class: "fault", id: field.id + "-fault", hidden: true }));
}

// Fields: elements that hold a value.

function fieldOf(element, block, surface) {
  const at = block.block_id + "/" + element.action_id;
  const text = block.label ?? element.placeholder ?? (block.type === "section" ? block.text : null);
  return { element, block, surface, at, key: surface.key + "/" + at, id: "field/" + at, label: text?.text.replace(/[*_~`]/g, "") ?? t.choose };
}

// named are the attributes by which a field's control is found again and known to those who do not see it.
function named({ at, id, block, element, label }) {
  const common = { "data-at": at, autofocus: element.focus_on_load };
  if (block.type !== "input") return { ...common, "aria-label": label };
  return { ...common, id, "aria-describedby": (block.hint ? id + "-hint " : "") + id + "-fault", "aria-required": block.optional ? null : "true" };
}

const edits = new Map(); // surface → field → what the person has entered here, which the bot may not have heard of

const option = (o) => ({ text: o.text.text, value: o.value });

// stands tells, from the state of an element, what stands in it: a text, or a list where it is searched or has several.
const stands = {
  plain_text_input: (state) => state.value ?? "",
  datepicker: (state) => state.selected_date ?? "",
  timepicker: (state) => state.selected_time ?? "",
  static_select: (state) => state.selected_option?.value ?? "",
  radio_buttons: (state) => state.selected_option?.value ?? "",
  users_select: (state) => state.selected_user ?? "",
  external_select: (state) => (state.selected_option ? [option(state.selected_option)] : []),
  multi_static_select: (state) => (state.selected_options ?? []).map(option),
  multi_external_select: (state) => (state.selected_options ?? []).map(option),
  checkboxes: (state) => (state.selected_options ?? []).map(option),
  multi_users_select: (state) => (state.selected_users ?? []).map((id) => ({ text: nameOf(id), value: id })),
};

// held is what stands in a field now. An option that the bot has taken away stands there no more.
function held({ element, block, surface, at }) {
  const value = edits.get(surface.key)?.get(at) ?? stands[element.type](surface.state?.values?.[block.block_id]?.[element.action_id] ?? {});
  if (!element.options && !element.option_groups) return value;
  const there = new Set(choices(element).map((o) => o.value));
  return Array.isArray(value) ? value.filter((o) => there.has(o.value)) : there.has(value) ? value : "";
}

// sent is a value as the server takes it.
const sent = (element, value) => (!Array.isArray(value) ? value : element.type === "external_select" ? value[0]?.value ?? "" : value.map((o) => o.value));

// enter notes what the person has put into a field at a node. Outside of input blocks the bot is told at once.
function enter(field, value, node) {
  const { element, block, surface, at } = field;
  if (!edits.has(surface.key)) edits.set(surface.key, new Map());
  edits.get(surface.key).set(at, value);
  mended(surface, block.block_id);
  if (block.type !== "input" || block.dispatch_action && element.type !== "plain_text_input") tell(field, node);
}

const tell = (field, node) => act(field, "choices", sent(field.element, held(field)), node);

// inputs are the fields of a view that are sent with it.
const inputs = (view) => view.blocks.filter((block) => block.type === "input" && elements[block.element.type]).map((block) => fieldOf(block.element, block, view));

// filled is what the person has entered in a modal, as far as a button may take it along.
function filled(surface) {
  const own = edits.get(surface.key);
  const view = sight.modals.find((v) => v.key === surface.key);
  const fields = {};
  for (const field of view && own ? inputs(view) : []) {
    const value = own.has(field.at) ? held(field) : null;
    if (value != null && !(value.length && value.length < field.element.min_length)) fields[field.block.block_id] = sent(field.element, value);
  }
  return fields;
}

// forget drops what was entered where nothing can be entered any more.
function forget() {
  const surfaces = new Map([...sight.messages, ...sight.modals, ...(sight.home ? [sight.home] : [])].map((s) => [s.key, s]));
  for (const [key, own] of edits) {
    const there = new Set((surfaces.get(key)?.blocks ?? []).map((block) => block.block_id));
    for (const at of own.keys()) if (!there.has(at.slice(0, at.lastIndexOf("/")))) own.delete(at);
    if (own.size === 0) edits.delete(key);
  }
}

// Elements.

const elements = {
  button: drawButton,
  overflow: drawOverflow,
  plain_text_input: drawText,
  datepicker: drawDate,
  timepicker: (field) => el("input", { ...named(field), type: "time", class: "box-like", value: held(field), oninput: (event) => enter(field, event.target.value, event.target) }),
  static_select: (field) => drawSelect(field, choices(field.element)),
  users_select: (field) => drawSelect(field, everybody()),
  external_select: (field) => drawSearch(field, suggested(field)),
  multi_static_select: (field) => drawSearch(field, among(choices(field.element))),
  multi_external_select: (field) => drawSearch(field, suggested(field)),
  multi_users_select: (field) => drawSearch(field, among(everybody())),
  radio_buttons: drawMarks,
  checkboxes: drawMarks,
};

function drawButton(field) {
  const { element } = field;
  return el("button", { type: "button", class: "button " + (element.style ?? ""), "aria-label": element.accessibility_label, "data-at": field.at, onclick: async (event) => {
    const node = event.currentTarget;
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (/^https?:/i.test(element.url ?? "")) window.open(element.url, "_blank", "noopener,noreferrer");
    act(field, "clicks", element.value ?? "", node);
  } }, element.text.text);
}

function drawOverflow(field) {
  const { element } = field;
  const pick = async (chosen, node) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (/^https?:/i.test(chosen.url ?? "")) window.open(chosen.url, "_blank", "noopener,noreferrer");
    act(field, "choices", chosen.value, node);
  };
  return el("button", { type: "button", class: "button small", "aria-label": t.more, "aria-haspopup": "menu", "aria-expanded": "false", "data-at": field.at, onclick: (event) => {
    const node = event.currentTarget;
    popMenu(node, element.options.map((o) => ({ text: o.text.text, note: o.description?.text, act: () => pick(o, node) })), t.more);
  } }, icon("more"));
}

function drawText(field) {
  const { element, block } = field;
  const left = el("span", { class: "left", "aria-hidden": "true" });
  const count = (box) => {
    const rest = (element.max_length ?? 3000) - box.value.length;
    left.textContent = rest <= Math.min(100, (element.max_length ?? 3000) / 2) ? fill(t.left, { count: rest }) : "";
    if (element.multiline) grow(box);
  };
  const box = el(element.multiline ? "textarea" : "input", { ...named(field), class: "box-like", type: element.multiline ? null : "text", rows: element.multiline ? "3" : null,
    maxlength: element.max_length ?? 3000, placeholder: element.placeholder?.text, oninput: (event) => (enter(field, event.target.value, event.target), count(event.target)),
    onkeydown: (event) => {
      if (event.key !== "Enter" || element.multiline || !block.dispatch_action || event.isComposing) return;
      event.preventDefault();
      tell(field, event.target);
    } });
  box.value = held(field);
  requestAnimationFrame(() => count(box)); // when it has a width
  return el("div", { class: "text" }, box, left);
}

function drawDate(field) {
  const day = el("span", { class: "day-in-words", "aria-live": "polite" }, dayOf(held(field)));
  return el("div", { class: "date" }, el("input", { ...named(field), type: "date", class: "box-like", value: held(field), oninput: (event) => {
    day.textContent = dayOf(event.target.value);
    enter(field, event.target.value, event.target);
  } }), day);
}

// choices are the options of a menu, each with the name of its group.
function choices(element) {
  const groups = element.option_groups ?? [{ options: element.options }];
  return groups.flatMap((group) => group.options.map((o) => ({ ...option(o), note: o.description?.text, group: group.label?.text })));
}

const everybody = () => demo.people.map((person) => ({ text: person.name, value: person.id, note: person.role, group: person.school }));

function drawSelect(field, options) {
  const { element, block } = field;
  const now = held(field);
  const draw = (o) => el("option", { value: o.value, selected: o.value === now }, o.text);
  const groups = Map.groupBy(options, (o) => o.group ?? "");
  return el("span", { class: "select" }, el("select", { ...named(field), class: "box-like", onchange: async (event) => {
    const { target } = event;
    if (block.type !== "input" && (target.value === "" || element.confirm && !(await confirmed(element.confirm)))) target.value = held(field);
    else enter(field, target.value, target);
  } }, el("option", { value: "" }, element.placeholder?.text ?? t.choose), [...groups].flatMap(([group, list]) => (group ? el("optgroup", { label: group }, list.map(draw)) : list.map(draw)))));
}

// drawMarks are radio buttons or checkboxes.
function drawMarks(field) {
  const { element, block } = field;
  const many = element.type === "checkboxes";
  const has = (o) => (many ? held(field).some((other) => other.value === o.value) : held(field) === o.value);
  const group = el("div", { class: "marks", role: block.type === "input" ? null : many ? "group" : "radiogroup", "aria-label": block.type === "input" ? null : field.label });
  element.options.forEach((o, i) => group.append(el("label", null, el("input", { ...(i ? {} : named(field)), type: many ? "checkbox" : "radio", name: field.key, value: o.value, checked: has(o), "aria-label": null, onchange: (event) => {
    const rest = many && held(field).filter((other) => other.value !== o.value);
    enter(field, !many ? o.value : event.target.checked ? [...rest, option(o)] : rest, event.target);
  } }), el("span", null, words(o.text), o.description && el("small", null, words(o.description))))));
  return group;
}

// Acting.

let before = Promise.resolve(); // what was done last: the bot hears of things in the order in which they were done

// act tells the bot of something done in a surface. A surface that is busy with a button takes no other.
function act(field, what, value, node) {
  const { surface, block, element } = field;
  const host = node?.closest(".message, #modal, #home");
  if (host?.getAttribute("aria-busy") === "true" && what === "clicks") return before;
  if (what === "clicks") host?.setAttribute("aria-busy", "true");
  host?.querySelector(".trouble")?.remove();
  node?.classList.add("pressed");
  const work = async () => {
    const trouble = await ask(what, { surface: surface.key, block: block.block_id, action: element.action_id, value, fields: filled(surface) });
    if (what === "clicks") host?.removeAttribute("aria-busy");
    node?.classList.remove("pressed");
    complain(host, trouble);
    follow();
  };
  return (before = before.then(work, work));
}

// complain says what went wrong where it was done.
function complain(host, trouble) {
  host?.querySelector(".trouble")?.remove();
  if (!trouble) return;
  const note = el("p", { class: "note trouble", role: "alert" }, icon("warning"), trouble);
  if (host?.id === "modal") $("modal-foot").before(note);
  else if (host?.matches(".message")) host.querySelector(".body").append(note);
  else notice(trouble);
}

// confirmed asks the person whether they mean it.
function confirmed({ title, text, confirm, deny, style }) {
  const { promise, resolve } = Promise.withResolvers();
  const answer = (yes) => () => dialog.close(yes ? "yes" : "");
  const dialog = el("dialog", { class: "sheet confirm", "aria-label": title.text, onclose: () => (resolve(dialog.returnValue === "yes"), dialog.remove()) },
    el("h2", null, title.text), el("div", { class: "body" }, words(text)),
    el("footer", null, el("button", { type: "button", class: "button", onclick: answer(false) }, deny.text),
      el("button", { type: "button", class: "button " + (style ?? "primary"), onclick: answer(true) }, confirm.text)));
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
