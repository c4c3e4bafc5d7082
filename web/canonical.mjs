// node canonical.mjs MEDIA-TYPE FILE…: the SHA-256 of each file's canonical form, by readers that had no hand in
// writing it: N3.js for Turtle and its kin, jsonld.js for JSON-LD, rdf-canonize (RDFC-1.0) for both.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import jsonld from "jsonld";
import { Parser } from "n3";
import canonize from "rdf-canonize";

const [mediaType, ...files] = process.argv.slice(2);
const offline = async (url) => {
  throw new Error(`a dump needs nothing from the network, and asked for ${url}`);
};

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const quads =
    mediaType === "application/ld+json"
      ? await jsonld.toRDF(JSON.parse(text), { documentLoader: offline })
      : new Parser({ format: mediaType }).parse(text);
  const canonical = await canonize.canonize(quads, { algorithm: "RDFC-1.0" });
  console.log(createHash("sha256").update(canonical).digest("hex"));
}
