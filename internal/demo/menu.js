"use strict";
// Lists that lie over the page: menus of buttons, and the options of a search.

let laid = null; // the list laid last

// lay puts a list that is a popover beside a node, above or below as there is room.
function lay(list, node) {
  laid = { list, node };
  const at = node.getBoundingClientRect();
  const gap = 4;
  const below = innerHeight - at.bottom - 2 * gap;
  const above = at.top - 2 * gap;
  list.style.maxHeight = "";
  const up = below < Math.min(list.scrollHeight, 320) && above > below;
  list.style.maxHeight = Math.min(320, up ? above : below) + "px";
  list.style.minWidth = Math.min(at.width, innerWidth - 2 * gap) + "px";
  list.style.top = up ? "auto" : at.bottom + gap + "px";
  list.style.bottom = up ? innerHeight - at.top + gap + "px" : "auto";
  const left = list.offsetWidth > at.width ? at.right - list.offsetWidth : at.left; // a small button's menu ends where it does
  list.style.left = Math.max(gap, Math.min(left < gap ? at.left : left, innerWidth - list.offsetWidth - gap)) + "px";
}

let menu = null; // the open one: { list, button }

function closeMenu() {
  if (!menu) return;
  const { list, button } = menu;
  menu = null;
  const inside = list.contains(document.activeElement);
  list.remove();
  button.setAttribute("aria-expanded", "false");
  if (inside) (button.isConnected ? button : document.querySelector('[data-at="' + CSS.escape(button.dataset.at ?? "") + '"]'))?.focus();
}

// popMenu shows what can be chosen at a button, or takes it away again. An item is { text, note, act }.
function popMenu(button, items, label) {
  const again = menu?.button === button;
  closeMenu();
  if (again) return;
  const list = el("div", { role: "menu", popover: "manual", class: "menu", "aria-label": label, onkeydown: onMenuKey }, items.map((item) =>
    el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => {
      closeMenu();
      item.act();
    } }, item.text, item.note && el("small", null, item.note))));
  (button.closest("dialog") ?? document.body).append(list);
  menu = { list, button };
  button.setAttribute("aria-expanded", "true");
  list.showPopover();
  lay(list, button);
  list.firstChild?.focus();
}

function onMenuKey(event) {
  const items = [...event.currentTarget.children];
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: (now + 1) % items.length, ArrowUp: (now - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (next == null) return;
  else items[next].focus();
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerdown", (event) => menu && !menu.list.contains(event.target) && !menu.button.contains(event.target) && closeMenu());
for (const what of ["scroll", "resize"]) {
  addEventListener(what, (event) => laid?.list.matches(":popover-open") && event.target !== laid.list && lay(laid.list, laid.node), true);
}
