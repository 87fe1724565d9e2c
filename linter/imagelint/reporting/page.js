"use strict";
// Filters and sorts the table, and draws the picture of the rows that are left. The table is the only data, and all of
// its text goes into the page by `textContent`.

const LIMIT = 300; // rows that are shown at first
const FIELDS = ["namespace", "registry", "unit", "rule"];
const SEVERITIES = ["error", "warning", "info", "–"];

const table = document.getElementById("rows");
const form = document.getElementById("filter");
const headings = [...table.tHead.rows[0].cells];
const rows = [...table.tBodies].map(readRow);
const collator = new Intl.Collator("en", { numeric: true });
let limit = LIMIT;
let sorted = "";

function readRow(body, number) {
  const cells = [...body.rows[0].cells].map((cell) => cell.firstChild.textContent);
  const [, image, workload, namespace] = cells;
  return {
    body, number, cells,
    rank: SEVERITIES.indexOf(cells[0]),
    findings: body.querySelectorAll("summary").length,
    image: image === "–" ? "" : image,
    workload,
    namespace: namespace === "–" ? "" : namespace,
    registry: image === "–" ? "" : body.dataset.registry ?? image.split("/")[0],
    unit: body.dataset.unit || "",
    access: body.dataset.access,
    rule: new Set([...body.querySelectorAll(`a[href^="#rule-"]`)].map((link) => link.textContent)),
    text: body.textContent.toLowerCase(),
  };
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The filter, as it is in the address: `#text=quay&rule=latest-tag`.

function valuesOf(field) {
  return [...new Set(rows.flatMap((row) => (field === "rule" ? [...row.rule] : row[field] || [])))].sort();
}

function makeForm() {
  form.append(element("label", {}, "Filter", element("input", { name: "text", type: "search" })));
  for (const field of FIELDS) {
    const values = valuesOf(field);
    if (values.length > 0) {
      const options = values.map((value) => element("option", { value }, value));
      const all = element("option", { value: "" }, "all");
      const select = element("select", { name: field }, all, ...options);
      form.append(element("label", {}, field[0].toUpperCase() + field.slice(1), select));
    }
  }
  const only = element("input", { name: "only", type: "checkbox", value: "findings" });
  form.append(element("label", { className: "check" }, only, "Only with findings"));
  form.append(element("input", { name: "sort", type: "hidden" }), element("output", { id: "count" }));
  form.addEventListener("input", () => { limit = LIMIT; keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}

function keep() {
  const given = [...new FormData(form)].filter(([, value]) => value);
  history.replaceState(null, "", `#${new URLSearchParams(given)}`);
  update();
}

function readAddress() {
  if (/^#r(ule|emedy)-/.test(location.hash)) return; // a link within the page
  const given = new URLSearchParams(location.hash.slice(1));
  for (const control of form.elements) {
    const value = given.get(control.name) || "";
    if (control.type === "checkbox") control.checked = value !== "";
    else if (control.name) control.value = value;
  }
  update();
}

function filtered() {
  const given = Object.fromEntries(new FormData(form));
  const text = given.text.toLowerCase();
  return rows.filter((row) => row.text.includes(text) && (!given.only || row.findings > 0)
    && FIELDS.every((field) => !given[field] || (field === "rule" ? row.rule.has(given.rule) : row[field] === given[field])));
}

// The table.

function makeHeadings() {
  headings.forEach((heading, column) => {
    const name = heading.textContent;
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      form.elements.sort.value = form.elements.sort.value === `${column}` ? `-${column}` : `${column}`;
      keep();
    });
    heading.replaceChildren(button);
  });
}

function sort(order) {
  if (order === sorted) return;
  sorted = order;
  const column = Math.abs(Number(order));
  const sign = order.startsWith("-") ? -1 : 1;
  const keyOf = (row) => (column === 0 ? `${row.rank}` : row.cells[column]);
  const ordered = [...rows];
  if (order !== "") ordered.sort((a, b) => sign * collator.compare(keyOf(a), keyOf(b)) || a.number - b.number);
  table.append(...ordered.map((row) => row.body));
  headings.forEach((heading, number) => heading.removeAttribute("aria-sort"));
  if (order !== "") headings[column]?.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
}

function update() {
  sort(form.elements.sort.value);
  const left = filtered();
  const kept = new Set(left.map((row) => row.body));
  let count = 0;
  for (const body of table.tBodies) body.hidden = !kept.has(body) || ++count > limit;
  document.getElementById("count").textContent = `${left.length} of ${rows.length} rows`;
  const more = document.getElementById("more");
  more.hidden = left.length <= limit;
  more.textContent = `Show ${left.length - limit} more rows`;
  drawn = left.filter((row) => row.image);
  draw();
}

function makeMore() {
  const more = element("button", { id: "more", type: "button" });
  more.addEventListener("click", () => { limit = Infinity; update(); });
  table.after(more);
}

// A long remedy is in the page once; it is shown where a finding is opened.
function showRemedy(event) {
  for (const link of event.target.querySelectorAll(`a[href^="#remedy-"]`)) {
    const remedy = document.querySelector(link.getAttribute("href")).cloneNode(true);
    remedy.removeAttribute("id");
    link.replaceWith("Help:");
    event.target.append(remedy);
  }
}

// Print shows all rows that the filter leaves, with their details.
function openForPrint() {
  limit = Infinity;
  update();
  for (const details of document.querySelectorAll("details")) details.open = true;
}
