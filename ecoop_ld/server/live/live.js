/* A page of `ecoop-ld serve --watch`: loads itself again when what it shows has changed, and says what is wrong. */
(() => {
  "use strict";
  const script = document.currentScript;
  const mark = script.dataset.page;
  const kept = `ecoop-live:${location.pathname}${location.search}`;
  let pages = script.dataset.pages;
  let asked = 0;

  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("live.css", script.src).href;
  document.head.append(sheet);

  /* --- the same place after loading --- */

  const details = () => [...document.querySelectorAll("details")];

  function leave() {
    const open = details().map((one) => one.open);
    sessionStorage.setItem(kept, JSON.stringify({ x: scrollX, y: scrollY, open }));
    location.reload();
  }

  function comeBack() {
    const found = sessionStorage.getItem(kept);
    if (!found) return;
    sessionStorage.removeItem(kept);
    const { x, y, open } = JSON.parse(found);
    details().forEach((one, n) => { if (n in open) one.open = open[n]; });
    const there = () => scrollTo({ left: x, top: y, behavior: "instant" });
    there();
    addEventListener("load", () => requestAnimationFrame(there), { once: true });
  }

  /** Load again only where the page is another than the one that is shown. */
  async function look(version) {
    const turn = ++asked;
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
      const found = / data-page="([0-9a-f]+)"/.exec(await answer.text());
      if (turn !== asked) return;
      pages = version;
      if (!found || found[1] !== mark) leave();
    } catch {
      /* The server is away: the next event says more. */
    }
  }

  /* --- what is wrong --- */

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function show(news) {
    document.getElementById("ecoop-live")?.remove();
    if (!news.text) return;
    const box = document.createElement("details");
    box.id = "ecoop-live";
    box.open = news.broken;
    box.classList.toggle("broken", news.broken);
    box.setAttribute("role", news.broken ? "alert" : "status");
    box.lang = "en";
    box.append(element("summary", news.summary));
    if (news.broken) box.append(element("p", "The pages are those of the last state that could be built."));
    box.append(element("pre", news.text));
    document.body.append(box);
  }

  const events = new EventSource(new URL("events", script.src).href);
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    show(news);
    if (news.pages !== pages) look(news.pages);
  };
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  comeBack();
})();
