"use strict";
// Writing in a conversation, with Slack's menu of commands.

let offered = []; // the commands in the menu
let chosen = -1;

function compose(text) {
  $("text").value = text;
  suggest();
  ready();
}

// ready shows what is ready to be sent, and gives the boxes the height of their text.
function ready() {
  for (const [box, button] of [[$("text"), $("send")], [$("reply-text"), $("reply-send")]]) {
    button.setAttribute("aria-disabled", String(Boolean(sending) || box.value.trim() === ""));
    grow(box);
  }
}

function grow(box) {
  box.style.height = "auto";
  if (box.scrollHeight) box.style.height = box.scrollHeight + "px"; // a hidden one has none
}

async function send() {
  const text = $("text").value.trim();
  if (!text || sending) return;
  const person = me;
  compose("");
  notice("");
  following = true;
  const trouble = await say(place, "", text);
  if (!trouble || person !== me) return;
  if ($("text").value === "") compose(text);
  notice(trouble);
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

function startWriting() {
  const box = $("text");
  box.addEventListener("input", () => (suggest(), ready()));
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", () => (offered = [], drawMenu()));
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  $("shortcuts").addEventListener("click", (event) =>
    popMenu(event.currentTarget, shortcutsOf(false).map((s) => ({ text: s.name, note: s.description, act: () => useShortcut(s) })), t.shortcuts));
}
