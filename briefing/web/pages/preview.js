// Keeps the page as new as the edition: hears of changes, and puts the new content in the place of the old one.
// Without this script everything works; the page is then loaded anew by hand.
"use strict";

const stages = {
  config: "reading the config", collect: "reading the sources", language: "telling languages",
  vectors: "comparing articles", duplicates: "finding copies", stories: "finding stories",
  file: "filing stories", edition: "arranging the edition", generate: "having summaries written",
};
let shown = Number(document.body.dataset.version);
let edited = false;
let turns = 0;

/** An answer, or null: the program may have been stopped, or the page left. */
const ask = address => fetch(address, {headers: {Accept: "text/html"}}).catch(() => null);

/** Puts what an address gives in the place of what is shown; what was open, focused and read stays so. */
async function show(address, push) {
  const turn = ++turns;
  const answer = await ask(address);
  if (answer?.status === 405) return old();  // what answered a form cannot be asked for again
  const fresh = new DOMParser().parseFromString(answer ? await answer.text() : "", "text/html");
  if (turn !== turns || !fresh.body.dataset.version) return;
  const open = [...document.querySelectorAll("details[open][id]")].map(each => each.id);
  const focused = document.activeElement && document.activeElement.id;
  const [across, down] = [scrollX, scrollY];
  shown = Number(fresh.body.dataset.version);
  document.title = fresh.title;
  for (const place of ["header.top", "#main"]) document.querySelector(place).replaceWith(fresh.querySelector(place));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  scrollTo(across, down);
  edited = false;
  if (push) history.pushState(null, "", address);
}

function old() {
  document.getElementById("progress").textContent = "The edition has changed; this page shows it when it is loaded anew.";
}

/** What is half written is never thrown away. */
document.addEventListener("input", event => { edited = event.target.closest("form") !== null; });

document.addEventListener("click", event => {
  const link = event.target.closest("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href, true);
});
addEventListener("popstate", () => show(location.href, false));

new EventSource("/events").addEventListener("message", event => {
  const told = JSON.parse(event.data);
  const progress = document.getElementById("progress");
  const share = told.total ? ` ${told.done} of ${told.total}` : "";
  const words = told.stage ? `${stages[told.stage] || told.stage}${share} …` : "";
  if (progress.textContent !== words) progress.textContent = words;
  if (told.version === shown || told.stage) return;
  if (edited) old();
  else show(location.href, false);
});

// How many of today's stories a topic catches, while it is being written.
let waiting = 0;
document.addEventListener("input", event => {
  const form = event.target.closest("form[data-count]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const asked = new URLSearchParams();
    for (const name of ["keywords", "description"]) asked.set(name, form.elements[name].value);
    const found = await (await ask(`/topics/count?${asked}`))?.json();
    const place = document.getElementById(form.dataset.count);
    if (!place || !found || found.count === null) return;
    const told = document.createElement("small");
    told.textContent = found.headlines.join(" · ");
    place.replaceChildren(`${found.count} of today's stories${found.count ? ":" : ""}`, told);
  }, 250);
});
