// Draws openapi.json: every operation with its body, its answers and a curl line to try, every code, every shape.

const language = document.querySelector("[data-language]").dataset.language;
const t = (zh, en) => (language === "en" ? en : zh);

/** The reader's half of `中文 · English`; a text in one language as it is. */
function half(text = "") {
  const [zh, en] = text.split(" · ");
  return en === undefined ? text : t(zh, en);
}

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A schema in one line: `string`, `[Line]`, `"a" | "b" | null`. */
function shapeOf(schema) {
  if (schema === undefined) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `[${shapeOf(schema.items)}]`;
  return [schema.type ?? "any"].flat().join(" | ");
}

function fieldsTable(schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    h("tr", {}, h("td", {}, h("code", {}, name)), h("td", {}, shapeOf(field)),
      h("td", {}, [required.has(name) ? t("必填", "required") : "", half(field.description)].filter(Boolean).join(" · "))));
  return rows.length > 0 ? h("table", {}, h("tbody", {}, ...rows)) : null;
}

function example(schema, shapes) {
  const target = schema.$ref ? shapes[schema.$ref.split("/").pop()] : schema;
  if (target.examples) return JSON.stringify(target.examples[0]);
  const body = {};
  for (const name of target.required ?? []) body[name] = "…";
  return JSON.stringify(body);
}

/** The schema of the JSON that an operation takes, if it takes any. */
function bodyOf(operation) {
  return operation.requestBody?.content["application/json"]?.schema;
}

function curl(path, method, operation, shapes) {
  const lines = [`curl -X ${method.toUpperCase()} ${location.origin}${path}`];
  if (operation["x-roles"].includes("visitor") === false) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (method !== "get") lines.push(`-H "Idempotency-Key: $(uuidgen)"`);
  const body = bodyOf(operation);
  if (body && method === "post") lines.push(`-H "Content-Type: application/json"`, `-d '${example(body, shapes)}'`);
  return lines.join(" \\\n  ");
}

function operationNode(path, method, operation, shapes) {
  const body = bodyOf(operation);
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const [media, content] = Object.entries(answer.content ?? {})[0] ?? ["", {}];
    return h("tr", {}, h("td", {}, status), h("td", {}, half(answer.description)), h("td", {}, `${shapeOf(content.schema)} ${media}`.trim()));
  });
  return h("details", { id: operation.operationId },
    h("summary", {}, h("code", {}, `${method.toUpperCase()} ${path}`), half(operation.summary)),
    h("div", { class: "operation" },
      h("p", {}, `${t("谁可用", "Who may")}: ${operation["x-roles"].join(", ")}`),
      h("pre", {}, curl(path, method, operation, shapes)),
      body ? h("h3", {}, `${t("请求内容", "Body")}: ${shapeOf(body)}`) : null,
      body ? fieldsTable(shapes[shapeOf(body)] ?? {}) : null,
      h("h3", {}, t("回答", "Answers")), h("table", {}, h("tbody", {}, ...answers))));
}

const description = await (await fetch("/api/v1/openapi.json")).json();
const shapes = description.components.schemas;

for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    document.getElementById("operations").append(operationNode(path, method, operation, shapes));
  }
}
for (const row of description["x-codes"]) {
  document.querySelector("#codes tbody").append(
    h("tr", { id: row.code }, h("td", {}, h("code", {}, row.code)), h("td", {}, String(row.status)), h("td", {}, row[language])));
}
for (const [name, schema] of Object.entries(shapes)) {
  document.getElementById("shapes").append(
    h("details", { id: `shape-${name}` }, h("summary", {}, h("code", {}, name), schema.description ?? ""),
      h("div", { class: "operation" }, fieldsTable(schema))));
}
const sought = document.getElementById(decodeURIComponent(location.hash.slice(1)));
sought?.classList.add("sought");
sought?.scrollIntoView({ block: "center" });
