"use strict";
// School time, which the visitor can put forwards. It never goes back.

let clock = null; // what it shows and where it can be put; of a demo whose time cannot be moved there is none

// wall is a time of the clock in words.
const wall = (at) => ({ day: dayOf(at.slice(0, 10)), time: at.slice(11) });

function drawClock() {
  const button = $("clock");
  button.hidden = !clock;
  if (!clock) return;
  const { day, time } = wall(clock.time);
  if (button.dataset.shown === day + time) return;
  button.dataset.shown = day + time;
  button.replaceChildren(icon("clock"), el("span", null, el("span", null, day), " ", el("strong", null, time)));
  button.setAttribute("aria-label", t.clock + ": " + day + " " + time);
}

function offerSteps() {
  const names = { quarter: t.quarter, hour: t.hour, morning: t.morning, week: t.week };
  const today = clock.time.slice(0, 10);
  popMenu($("clock"), clock.steps.map((step) => {
    const { day, time } = wall(step.time);
    return { text: names[step.name], note: step.time.startsWith(today) ? time : day + " " + time, act: () => moveClock(step.name) };
  }), t.forward);
}

async function moveClock(step) {
  notice("");
  const trouble = await ask("moves", { step });
  notice(trouble);
  if (!trouble) $("clock-moved").textContent = $("clock").ariaLabel;
}
