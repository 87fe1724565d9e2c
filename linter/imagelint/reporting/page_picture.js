// The picture: workloads in blocks of their namespaces, images in blocks of their registries, and an edge for each use.

const ROW = 24;
const FEW = 40; // nodes of a column, up to which all blocks are open at first
const MANY = 150; // nodes, beyond which a column has one open block at a time
const MOST = 25; // blocks of a column, and nodes of a block; the rest share a node
const HEIGHT = 56; // lines of a column: below two screens
const SVG = "http://www.w3.org/2000/svg";
const KINDS = ["matched", "anonymous", "unmatched", "unknown"];

const picture = document.getElementById("picture");
const canvas = element("div", { className: "drawn" });
const toggled = { namespace: new Set(), registry: new Set() };
let drawn = []; // the rows of the picture
let marks = []; // what is drawn, with the rows that it is drawn for

function groups(list, keyOf) {
  const found = new Map();
  for (const row of list) {
    const key = keyOf(row);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(row);
  }
  const findings = (members) => members.reduce((sum, row) => sum + row.findings, 0);
  const name = (key) => `${key}`;
  return [...found].sort(([a, x], [b, y]) => findings(y) - findings(x) || (name(a) > name(b)) - (name(a) < name(b)));
}

// The first groups by name, the rest as one.
function most(found, noun) {
  if (found.length <= MOST + 1) return found;
  const rest = found.slice(MOST);
  return [...found.slice(0, MOST), [`${rest.length} more ${noun}`, rest.flatMap(([, members]) => members), true]];
}

// The blocks of a column, each with the nodes in it if it is open.
function blocks(field, part) {
  const size = groups(drawn, (row) => `${row[field]}\n${row[part]}`).length;
  const found = most(groups(drawn, (row) => row[field] || `no ${field}`), field === "registry" ? "registries" : "namespaces");
  const isSmall = size <= FEW;
  const names = isSmall ? [...toggled[field]] : [...toggled[field]].slice(size > MANY ? -1 : -FEW);
  const made = found.map(([name, members, isRest]) => ({
    name, members, isRest, field,
    isOpen: !isRest && names.includes(name) !== isSmall,
    nodes: most(groups(members, (row) => row[part]), part === "image" ? "images" : "workloads"),
  }));
  const open = made.filter((block) => block.isOpen).sort((a, b) => names.indexOf(b.name) - names.indexOf(a.name));
  let lines = made.length;
  for (const block of open) {
    lines += block.nodes.length;
    block.isOpen = lines <= HEIGHT;
    if (!block.isOpen) lines -= block.nodes.length;
  }
  return made;
}

// Registries in the order of the namespaces that use them: fewer edges cross.
function byNeighbours(registries, lineOf) {
  const mean = (members) => members.reduce((sum, row) => sum + lineOf.get(row), 0) / members.length;
  const order = (a, b) => a.key - b.key || (a.name > b.name) - (a.name < b.name);
  for (const block of registries) {
    block.nodes = block.nodes.map(([name, members, isRest]) => ({ name, members, isRest, key: mean(members) })).sort(order);
    block.key = block.isRest ? Infinity : mean(block.members);
  }
  return registries.sort(order);
}

function room(pixels) {
  return Math.max(6, Math.floor(pixels / 7.6));
}

function shorten(text, letters) {
  const half = Math.floor((letters - 1) / 2);
  return text.length <= letters ? text : `${text.slice(0, half)}…${text.slice(-half)}`;
}

// `Deployment web`: the name comes first, and the kind only if it fits.
function workloadLabel(text, pixels) {
  const [kind, ...words] = text.split(" ");
  const name = words.join(" ");
  const whole = `${name} ${kind}`;
  return whole.length <= room(pixels) ? whole : shorten(name, room(pixels));
}

// The last part of the name and the tag say most; a digest says little, and nothing beside a tag.
function imageLabel(image, registry, pixels) {
  const short = image.replace(/^(.*:[^/@]+)@sha\d+:.*$/, "$1").replace(/@sha\d+:(\w{7})\w*$/, "@$1");
  const text = short.startsWith(`${registry}/`) ? short.slice(registry.length + 1) : short;
  if (text.length <= room(pixels)) return text;
  const last = text.slice(text.lastIndexOf("/") + 1);
  return last.length < room(pixels) - 1 && last !== text ? `…/${last}` : shorten(last, room(pixels));
}

function shape(svg, name, attributes, members, title) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  const hint = document.createElementNS(SVG, "title");
  hint.textContent = title;
  made.append(hint);
  svg.append(made);
  mark(made, members);
  return made;
}

// Whoever points at a part of the picture sees the uses that it is a part of.
function mark(made, members) {
  marks.push({ made, members: new Set(members) });
  const trace = () => {
    const own = new Set(members);
    for (const other of marks) other.made.classList.toggle("dim", !intersects(own, other.members));
  };
  const clear = () => marks.forEach((other) => other.made.classList.remove("dim"));
  made.addEventListener("mouseenter", trace);
  made.addEventListener("mouseleave", clear);
}

function intersects(one, other) {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const member of small) if (large.has(member)) return true;
  return false;
}

function label(svg, text, whole, members, x, line) {
  shape(svg, "text", { x, y: line * ROW + 16 }, members, whole).prepend(text);
}

function heading(block, x, line, width) {
  const findings = block.members.reduce((sum, row) => sum + row.findings, 0);
  const title = `${block.field} ${block.name}, ${findings} finding${findings === 1 ? "" : "s"}`;
  const button = element("button", { type: "button", title, disabled: Boolean(block.isRest) });
  const arrow = element("i", { textContent: block.isRest ? "" : block.isOpen ? "▾" : "▸" });
  arrow.setAttribute("aria-hidden", "true");
  button.append(arrow, element("span", { textContent: block.name }), findings ? ` (${findings})` : "");
  button.setAttribute("aria-expanded", String(block.isOpen));
  if (block.members.some((row) => row.rank === 0)) button.className = "error";
  Object.assign(button.style, { left: `${x}px`, top: `${line * ROW + 1}px`, width: `${width}px` });
  button.addEventListener("click", () => toggle(block));
  canvas.append(button);
  mark(button, block.members);
  return button;
}

function toggle(block) {
  const names = toggled[block.field];
  if (!names.delete(block.name)) names.add(block.name);
  draw();
  const again = [...canvas.querySelectorAll("button")].find((button) => button.block === `${block.field} ${block.name}`);
  again?.focus();
}

function drawNamespaces(svg, width) {
  const lineOf = new Map();
  let line = 0;
  for (const block of blocks("namespace", "workload")) {
    heading(block, 0, line, width).block = `namespace ${block.name}`;
    for (const row of block.members) lineOf.set(row, line);
    line += 1;
    for (const [name, members, isRest] of block.isOpen ? block.nodes : []) {
      label(svg, isRest ? name : workloadLabel(name, width - 12), name, members, 12, line);
      for (const row of members) lineOf.set(row, line);
      line += 1;
    }
  }
  return lineOf;
}

function drawRegistries(svg, lineOf, x, right, width) {
  const lines = new Map();
  let line = 0;
  for (const block of byNeighbours(blocks("registry", "image"), lineOf)) {
    const images = new Set(block.members.map((row) => row.image)).size;
    const nodes = block.isOpen ? block.nodes : [{ name: `${images} image${images === 1 ? "" : "s"}`, members: block.members }];
    const middle = line + (nodes.length - 1) / 2;
    for (const { name, members } of nodes) {
      label(svg, imageLabel(name, block.name, width), name, members, x, line);
      drawEdge(svg, x + width, line, right, middle, "part", members, block.name);
      for (const row of members) lines.set(row, line);
      line += 1;
    }
    heading(block, right, middle, width).block = `registry ${block.name}`;
  }
  return lines;
}

function drawEdge(svg, x, from, end, to, kind, members, title) {
  const shift = ROW / 2 + 3 * Math.max(0, KINDS.indexOf(kind)) - 3;
  const [y, z, bend] = [from * ROW + shift, to * ROW + shift, (x + end) / 2];
  shape(svg, "path", { class: kind, d: `M${x} ${y}C${bend} ${y} ${bend} ${z} ${end} ${z}` }, members, title);
}

function draw() {
  if (!picture) return;
  const width = Math.max(400, picture.clientWidth - 2);
  const column = Math.floor(width * 0.27);
  const svg = document.createElementNS(SVG, "svg");
  marks = [];
  canvas.replaceChildren(svg);
  const from = drawNamespaces(svg, column);
  const to = drawRegistries(svg, from, Math.floor((width - column) / 2), width - column, column);
  const uses = new Map();
  for (const row of drawn) {
    const key = `${from.get(row)} ${to.get(row)} ${row.access}`;
    if (!uses.has(key)) uses.set(key, []);
    uses.get(key).push(row);
  }
  const words = (row) => row.body.rows[0].cells[4].lastChild.textContent;
  for (const members of uses.values()) {
    const [row] = members;
    const title = `${members.length} use${members.length === 1 ? "" : "s"}: ${words(row)}`;
    drawEdge(svg, column, from.get(row), Math.floor((width - column) / 2) - 4, to.get(row), row.access, members, title);
  }
  const height = ROW * (Math.max(0, ...from.values(), ...to.values()) + 1);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${drawn.length} uses of images, as in the table`);
  Object.assign(svg.style, { width: `${width}px`, height: `${height}px` });
}

makeForm();
makeHeadings();
makeMore();
picture?.querySelector("svg").replaceWith(canvas);
table.addEventListener("toggle", showRemedy, true);
update();
readAddress();
addEventListener("hashchange", readAddress);
addEventListener("resize", draw);
addEventListener("beforeprint", openForPrint);
