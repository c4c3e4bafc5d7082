// A query → the code that asks it: curl, Python, R, JavaScript. Pure functions, without a page.

const single = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A word that is no line of the text, to end a here-document. */
function ending(text) {
  let word = "SPARQL";
  while (text.split("\n").includes(word)) word += "_";
  return word;
}

function python(text) {
  const plain = !text.includes('"""') && !text.includes("\\") && !text.endsWith('"');
  return plain ? `"""${text}"""` : JSON.stringify(text);
}

function r(text) {
  let dashes = "";
  while (text.includes(`)${dashes}"`)) dashes += "-";
  return `r"${dashes}(${text})${dashes}"`;
}

const script = (text) => `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;

/** Language → code. `graph` says whether the query is a CONSTRUCT or DESCRIBE, `truth` whether it is an ASK. */
export function snippets(text, endpoint, { graph = false, truth = false } = {}) {
  const json = "application/sparql-results+json";
  const type = graph ? "text/turtle" : truth ? json : "text/csv";
  const word = ending(text);
  const body = text.endsWith("\n") ? text : `${text}\n`;
  const asked = graph ? "text/turtle" : json;
  return {
    curl: `curl -H 'Accept: ${type}' --data-urlencode query@- ${single(endpoint)} <<'${word}'\n${body}${word}\n`,
    Python: `from urllib.parse import urlencode
from urllib.request import Request, urlopen
${graph ? "" : "import json\n"}
query = ${python(text)}
request = Request(
    ${JSON.stringify(endpoint)},
    data=urlencode({"query": query}).encode(),
    headers={"Accept": "${asked}"},
)
with urlopen(request) as response:
${
  graph
    ? "    print(response.read().decode())"
    : truth
      ? '    print(json.load(response)["boolean"])'
      : '    for row in json.load(response)["results"]["bindings"]:\n        print({name: term["value"] for name, term in row.items()})'
}
`,
    R: `query <- ${r(text)}
address <- paste0(${JSON.stringify(endpoint)}, "?query=", URLencode(query, reserved = TRUE))
answer <- url(address, headers = c(Accept = "${type}"))
${graph || truth ? 'cat(readLines(answer), sep = "\\n")' : "print(read.csv(answer))"}
`,
    JavaScript: `const query = ${script(text)};
const response = await fetch(${JSON.stringify(endpoint)}, {
  method: "POST",
  headers: { Accept: "${asked}" },
  body: new URLSearchParams({ query }),
});
if (!response.ok) throw new Error(await response.text());
${
  graph
    ? "console.log(await response.text());"
    : truth
      ? "console.log((await response.json()).boolean);"
      : `const { results } = await response.json();
console.table(results.bindings.map((row) =>
  Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value]))));`
}
`,
  };
}
