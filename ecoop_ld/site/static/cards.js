// A card beside a mark: the claim in words, who makes it, of what kind, in which document and paragraph. All of it
// stands on the claim's own page, and is fetched from there.
const claims = new Map();
const claimAt = (address) => {
  if (!claims.has(address)) {
    claims.set(address, fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = ["article h1", "article .attribution"].map((name) => page.querySelector(name)).filter(Boolean);
      for (const link of parts.flatMap((part) => [...part.querySelectorAll("a[href]")])) link.href = new URL(link.getAttribute("href"), address);
      return parts;
    }));
  }
  return claims.get(address);
};
let card = null, owner = null, leaving = 0;
const hide = () => {
  card?.remove();
  owner?.removeAttribute("aria-describedby");
  card = owner = null;
};
const place = (chip) => {
  const at = chip.getBoundingClientRect(), size = card.getBoundingClientRect(), edge = 8;
  const left = Math.min(Math.max(at.left, edge), innerWidth - size.width - edge);
  const below = at.bottom + 6 + size.height < innerHeight || at.top < size.height + edge;
  card.style.left = `${Math.max(left, edge)}px`;
  card.style.top = `${below ? at.bottom + 6 : at.top - size.height - 6}px`;
};
export const show = async (chip) => {
  clearTimeout(leaving);
  if (chip === owner) return;
  hide();
  owner = chip;
  let parts;
  try { parts = await claimAt(chip.href); } catch { owner = null; return; } // the link still leads there
  if (owner !== chip || !parts.length) return;
  card = document.createElement("span");
  card.className = "claim-card";
  card.id = "claim-card";
  const [sentence, from] = parts.map((part) => part.cloneNode(true));
  const words = document.createElement("q"), foot = document.createElement("span");
  words.append(...sentence.childNodes);
  if (sentence.lang) words.lang = sentence.lang;
  foot.className = "quiet";
  if (from) foot.append(...from.childNodes);
  card.append(words, foot);
  chip.after(card);
  chip.setAttribute("aria-describedby", card.id);
  place(chip);
};
const inside = (node) => owner && (owner.contains(node) || card?.contains(node));
document.addEventListener("pointerover", (event) => {
  if (!owner || event.pointerType === "touch") return;
  clearTimeout(leaving);
  if (!inside(event.target)) leaving = setTimeout(hide, 250);
});
document.addEventListener("pointerdown", (event) => { if (owner && !inside(event.target)) hide(); });
document.addEventListener("focusout", (event) => { if (owner && event.relatedTarget && !inside(event.relatedTarget)) hide(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
addEventListener("scroll", () => { if (card) place(owner); }, { passive: true });
