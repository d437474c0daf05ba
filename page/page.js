"use strict";
// Live progress and local times. Every page works without this.

const language = document.documentElement.lang;

for (const time of document.querySelectorAll("time[datetime]")) {
  if (!time.dateTime.includes("T")) continue;
  const moment = new Date(time.dateTime);
  const two = (number) => String(number).padStart(2, "0");
  const day = [two(moment.getDate()), two(moment.getMonth() + 1), moment.getFullYear()];
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  time.textContent = `${language === "mk" ? day.join(".") : day.reverse().join("-")} ${clock}`;
}

// Where the menu is wider than the window, the present page is in sight.
const menu = document.querySelector(".main");
const present = menu?.querySelector("[aria-current]");
if (present) menu.scrollLeft = present.offsetLeft - menu.clientWidth / 2 + present.clientWidth / 2;

function span(seconds, words) {
  if (seconds < 100) return words.seconds.replace("{n}", seconds);
  if (seconds < 6000) return words.minutes.replace("{n}", Math.round(seconds / 60));
  return words.hours.replace("{n}", Math.round(seconds / 3600));
}

/** Shows in `place` how a job stands. */
function show(place, job, words) {
  const set = (selector, text) => {
    const element = place.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  };
  const bar = place.querySelector("progress");
  if (bar) bar.value = job.processed;
  set("[data-count]", words.ofTotal.replace("{current}", job.processed).replace("{total}", job.total));
  for (const name of ["total", "successful", "failed", "cancelled"]) set(`[data-number=${name}]`, String(job[name]));
  const state = place.closest("tr, section").querySelector("[data-state]");
  if (state && !(job.state === "processing" && state.textContent === words.stopping)) {
    state.textContent = words[job.state];
    state.className = `state ${job.state}`;
  }
  const { etaSeconds, rate } = job.progress;
  const rest = [];
  if (rate !== null) rest.push(words.rate.replace("{rate}", rate.toLocaleString(language, { maximumFractionDigits: 1 })));
  if (etaSeconds !== null) rest.push(words.left.replace("{time}", span(etaSeconds, words)));
  set("[data-rest]", rest.join(" · "));
}

/** Follows one job; whoever listens to the page hears of every tenth of it. */
function follow(place) {
  const words = JSON.parse(place.dataset.words);
  let source;
  let said = -1;
  let isOver = false;
  const take = (event) => {
    const job = JSON.parse(event.data);
    show(place, job, words);
    const tenth = Math.floor(job.progress.percentage / 10);
    const live = place.querySelector("[data-said]");
    if (live && tenth !== said) {
      said = tenth;
      live.textContent = `${words[job.state]}: ${place.querySelector("[data-count]").textContent}`;
    }
  };
  const end = (event) => {
    isOver = true;
    source.close();
    take(event);
    if ("reloads" in place.dataset) setTimeout(() => location.assign(location.pathname), 600);
  };
  // Pages that nobody sees give their connection back.
  const listen = () => {
    source?.close();
    if (isOver || document.hidden) return;
    source = new EventSource(place.dataset.events);
    source.addEventListener("progress", take);
    source.addEventListener("end", end);
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  listen();
}

// A browser keeps six connections to a server at most, and a page needs some of them itself.
[...document.querySelectorAll("[data-events]")].slice(0, 4).forEach(follow);
