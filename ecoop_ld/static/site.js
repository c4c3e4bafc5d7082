// Pages work without this file; it adds copy buttons, filters, a search for paths and, on static hosts, says that queries need a server.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const form of document.querySelectorAll("form[data-filter]")) {
  form.hidden = false;
  form.addEventListener("change", () => {
    const kind = form.kind.value, party = form.party.value;
    for (const lane of document.querySelectorAll("[data-kind]")) {
      const other = (kind && lane.dataset.kind !== kind) || (party && !lane.dataset.parties.split("|").includes(party));
      lane.classList.toggle("off", Boolean(other));
    }
  });
}
for (const form of document.querySelectorAll("form[data-path]")) {
  form.hidden = false;
  const spots = new Map([...document.querySelectorAll(".spot")].map((spot) => [spot.dataset.key, spot]));
  const ties = [...document.querySelectorAll(".tie")];
  const near = new Map([...spots.keys()].map((key) => [key, []]));
  for (const tie of ties) {
    near.get(tie.dataset.party).push([tie.dataset.via, tie]);
    near.get(tie.dataset.via).push([tie.dataset.party, tie]);
  }
  for (const [one, a] of spots) { // a thing at a side that also stands in the middle is one thing
    for (const [two, b] of spots) if (one !== two && a.getAttribute("href") === b.getAttribute("href")) near.get(one).push([two, null]);
  }
  const shortest = (from, to) => {
    const before = new Map([[from, null]]);
    for (const here of before.keys()) {
      if (here === to) break;
      for (const [next, tie] of near.get(here)) if (!before.has(next)) before.set(next, [here, tie]);
    }
    const path = [];
    for (let step = before.get(to); step; step = before.get(step[0])) path.unshift(step);
    return before.has(to) ? path : null;
  };
  form.addEventListener("change", () => {
    for (const on of document.querySelectorAll(".on")) on.classList.remove("on");
    const from = form.from.value, to = form.to.value, line = form.querySelector(".path");
    line.textContent = "";
    if (!from || !to || from === to) return;
    const path = shortest(from, to);
    if (!path) { line.textContent = form.dataset.none; return; }
    const keys = [...path.map((step) => step[0]), to];
    path.forEach((step) => step[1] && step[1].classList.add("on"));
    keys.forEach((key) => spots.get(key).classList.add("on"));
    const names = keys.map((key) => spots.get(key).querySelector("title").textContent);
    line.textContent = names.filter((name, n) => name !== names[n - 1]).join(" → ");
  });
}
