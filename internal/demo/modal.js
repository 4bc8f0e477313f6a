"use strict";
// Modals: the one in front is shown in a dialog, those under it wait with what was entered in them.

let shownModal = ""; // the key of the modal in the dialog
let leaving = false; // the dialog is closed because the modal is gone
let returnTo = null; // what had the focus before the dialog came
const lastFocus = new Map(); // modal → the field that had the focus when another came in front

function drawModal() {
  const dialog = $("modal");
  const view = sight.modals.at(-1);
  if (!view) return leaveModal();
  const changed = view.key !== shownModal;
  if (changed) turnTo(view);
  $("modal-title").textContent = view.title;
  $("modal-back").hidden = sight.modals.length < 2;
  $("modal-submit").hidden = !view.submit;
  $("modal-submit").textContent = view.submit;
  $("modal-cancel").textContent = view.close || (view.submit ? t.cancel : t.close);
  dialog.dataset.depth = sight.modals.length;
  const entries = new Map(view.blocks.map((block) => [block.block_id, { source: [view.key, block], draw: () => drawBlock(block, view) ?? el("div") }]));
  redraw($("modal-body"), entries);
  learn(view);
  mark();
  if (changed) focusFirst(view);
}

// turnTo makes the dialog ready for another modal.
function turnTo(view) {
  const dialog = $("modal");
  closeMenu();
  const inside = dialog.contains(document.activeElement) && document.activeElement.dataset.at;
  if (inside) lastFocus.set(shownModal, inside);
  dialog.querySelector(".trouble")?.remove();
  dialog.removeAttribute("aria-busy");
  if (!dialog.open) {
    returnTo = document.activeElement;
    dialog.showModal();
  }
  shownModal = view.key;
  $("modal-body").scrollTop = 0;
}

function focusFirst(view) {
  const body = $("modal-body");
  const last = lastFocus.get(view.key);
  const field = (last && body.querySelector('[data-at="' + CSS.escape(last) + '"]')) || body.querySelector("[autofocus]") || (!narrow.matches && body.querySelector(".field :is(input, select, textarea)"));
  (field || $("modal-title")).focus(); // on a phone the keyboard would cover the modal
}

function leaveModal() {
  if (!shownModal) return;
  const dialog = $("modal");
  shownModal = "";
  lastFocus.clear();
  faults.clear();
  leaving = true;
  closeMenu();
  dialog.close();
  const { at } = returnTo?.dataset ?? {};
  const back = returnTo?.isConnected ? returnTo : at && document.querySelector('main [data-at="' + CSS.escape(at) + '"]');
  returnTo = null;
  const next = back && back !== document.body ? back : home ? $("home") : $("text");
  next.blur(); // the browser has given it the focus already, but not the caret
  next.focus();
  redraw($("modal-body"), new Map());
}

// What is wrong in a modal.

const faults = new Map(); // modal → { told: what the bot marked last, fields: block id → what is to be read there now }

// learn takes over what the bot has marked, once.
function learn(view) {
  const told = JSON.stringify(view.errors ?? {});
  if (faults.get(view.key)?.told !== told) faults.set(view.key, { told, fields: new Map(Object.entries(view.errors ?? {})) });
}

// mended takes away what is said of a field that the person has changed.
function mended(surface, blockID) {
  if (faults.get(surface.key)?.fields.delete(blockID)) mark();
}

function mark() {
  const fields = faults.get(shownModal)?.fields ?? new Map();
  for (const node of $("modal-body").querySelectorAll(".field")) {
    const text = fields.get(node.dataset.block) ?? "";
    const note = node.querySelector(".fault");
    if (note.textContent !== text) note.replaceChildren(...(text ? [icon("warning"), el("span", null, text)] : []));
    note.hidden = !text;
    node.classList.toggle("wrong", Boolean(text));
    node.querySelector("[data-at]")?.setAttribute("aria-invalid", String(Boolean(text)));
  }
}

// lacking are the fields with which Slack's client lets nobody go on.
function lacking(view) {
  const fields = new Map();
  for (const field of inputs(view)) {
    const { block, element } = field;
    const value = held(field);
    if (!block.optional && value.length === 0) fields.set(block.block_id, t.required);
    else if (value.length && value.length < element.min_length) fields.set(block.block_id, fill(t.tooShort, { count: element.min_length }));
  }
  return fields;
}

function focusFault() {
  const field = $("modal-body").querySelector(".wrong [data-at]");
  field?.focus();
  field?.closest(".field").scrollIntoView({ block: "nearest" });
}

// Sending and closing.

async function submitModal() {
  const dialog = $("modal");
  const view = sight.modals.at(-1);
  const button = $("modal-submit");
  if (!view?.submit || dialog.getAttribute("aria-busy") === "true") return;
  const fields = lacking(view);
  complain(dialog, "");
  faults.set(view.key, { told: "", fields }); // whatever the bot marks now is new
  mark();
  if (fields.size) {
    faults.get(view.key).told = JSON.stringify(view.errors ?? {});
    return focusFault();
  }
  dialog.setAttribute("aria-busy", "true");
  button.classList.add("pressed");
  const work = async () => {
    const trouble = await ask("submissions", { surface: view.key, fields: filled(view) });
    dialog.removeAttribute("aria-busy");
    button.classList.remove("pressed");
    complain(dialog, trouble);
    if (shownModal === view.key) focusFault();
  };
  await (before = before.then(work, work));
}

// closeModal leaves the modal in front, or all of them.
async function closeModal(all) {
  const view = sight.modals.at(-1);
  if (!view) return;
  const trouble = await ask("closings", { surface: view.key, all });
  if (sight.modals.length) complain($("modal"), trouble);
  else notice(trouble);
}

function startModal() {
  const dialog = $("modal");
  $("modal-close").addEventListener("click", () => closeModal(true));
  for (const id of ["modal-back", "modal-cancel"]) $(id).addEventListener("click", () => closeModal(false));
  $("modal-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submitModal();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") closeModal(false);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submitModal();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    closeModal(false);
  });
  // A browser may close it without asking. It is closed for the bot too, and what lies under it comes in front.
  dialog.addEventListener("close", () => {
    if (!leaving) shownModal = "", closeModal(false);
    leaving = false;
  });
}
