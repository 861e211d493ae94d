// The page of the admin API. All it shows is what /__admin answers, which has masked the secrets.
"use strict";

const API = "/__admin";
const MAX_CALLS = 1000; // as many as a journal keeps by default
const STEP = 200; // rows of a long table that are shown at first, and that "Show more" adds
const RETRY = { least: 500, most: 10_000 }; // milliseconds between two attempts to connect
const TOKEN = "opsemu-admin-token"; // in sessionStorage

const GRADES = {
  RECORDED: "bytes of the real server",
  SPEC: "the vendor's OpenAPI document",
  DOCS: "the vendor's documentation",
  CLIENT: "a real client depends on it",
  ISSUE: "output of the real server, quoted in a public issue",
  INFERRED: "reasoned, with no direct evidence: it may be wrong",
};

const page = {
  world: new URLSearchParams(location.search).get("world") || "default",
  tab: "calls",
  token: sessionStorage.getItem(TOKEN) || "",
  config: {},
  newWorlds: new Map(), // what the server said once of worlds made here, by name
  load: 0, // the number of the latest load of a tab
};

const calls = { rows: new Map(), paused: null, limit: STEP, opened: null, after: "" };

// The tabs: what each fetches, which changes concern it, and what draws the answers.
const TABS = {
  calls: { parts: [], paths: {}, draw: drawCallsSoon },
  state: {
    parts: ["state", "snapshots", "worlds", "clock"],
    paths: { overview: "/overview", snapshots: "/snapshots", diff: "/diff" },
    query: () => ({ since: byId("diff-since").value }),
    draw: drawState,
  },
  alerts: {
    parts: ["alerts", "inbox", "worlds"],
    paths: { alerts: "/alerts", inbox: "/inbox", world: "/worlds/{world}" },
    draw: drawAlerts,
  },
  controls: {
    parts: ["faults", "clock", "worlds", "snapshots", "stubs"],
    paths: {
      faults: "/faults",
      names: "/faults/names",
      clock: "/clock",
      worlds: "/worlds",
      snapshots: "/snapshots",
      stubs: "/stubs",
    },
    draw: drawControls,
  },
  coverage: { parts: [], paths: { coverage: "/coverage" }, draw: drawCoverage },
  start: { parts: ["worlds"], paths: { world: "/worlds/{world}" }, draw: drawStart },
};

// --- Elements

const byId = (id) => document.getElementById(id);

/** An element. Attributes that are null or false are left out, functions are listeners. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

const wire = (text) => el("span", { class: "wire" }, String(text));
const tag = (text) => el("span", { class: "tag" }, text);
const cell = (content, kind = null) => el("td", { class: kind }, content ?? "");
const row = (...cells) => el("tr", {}, ...cells);
const json = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const pre = (value) => el("pre", { tabindex: 0 }, json(value));

const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** Show `items` as children of an element; the child of an item that has not changed stays. */
function fill(id, items, build, key = (item) => item.id) {
  const parent = byId(id);
  const present = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  const wanted = items.map((item) => {
    const name = String(key(item));
    const known = present.get(name);
    if (known && same(known.item, item)) return known;
    const node = build(item);
    node.dataset.id = name;
    node.item = item;
    return node;
  });
  const focused = parent.contains(document.activeElement) && focusedAction();
  const kept = new Set(wanted);
  for (const child of present.values()) if (!kept.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of wanted) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  if (focused) focused();
}

/** A function that focuses the button that has the focus now, in the element that replaces it. */
function focusedAction() {
  const button = document.activeElement;
  const [id, parent] = [button.closest("[data-id]")?.dataset.id, button.closest("[data-id]")?.parentNode];
  return () => {
    if (button.isConnected) return;
    const child = [...parent.children].find((each) => each.dataset.id === id);
    const buttons = [...(child?.querySelectorAll("button") ?? [])];
    buttons.find((each) => each.textContent === button.textContent)?.focus();
  };
}

function setOptions(select, values) {
  for (const value of values) {
    if (![...select.options].some((option) => option.value === value)) {
      select.append(el("option", { value }, value));
    }
  }
}

/** Say something to everyone, or if `quiet` to screen readers alone. */
function announce(text, quiet = false) {
  const box = byId("announce");
  box.textContent = text;
  box.className = quiet ? "unseen" : "toast";
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => (box.className = "unseen"), 6000);
}

/** `{a.b}` of a text replaced by members of `values`. */
function format(text, values) {
  return text.replace(/\{([\w.]+)\}/g, (_, path) => {
    const value = path.split(".").reduce((each, name) => each?.[name], values);
    return Array.isArray(value) ? value.join(" ") : String(value ?? "");
  });
}

async function copy(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(source);
    announce("The browser does not let this page copy; the text is selected.");
  }
}

/** Ask in the page; whether the answer is yes. */
function confirmed(question) {
  const dialog = byId("ask");
  byId("ask-text").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  byId("ask-no").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// --- The admin API

class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const credentials = () => (page.token ? { Authorization: `Bearer ${page.token}` } : {});

/** What the admin API answers about the chosen world; raises ApiError with its sentence. */
async function api(method, path, body, query = {}) {
  const parameters = new URLSearchParams({ world: page.world, ...query });
  const headers = { ...credentials(), "Content-Type": "application/json" };
  const content = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`${API}${format(path, page)}?${parameters}`, {
    method,
    headers,
    body: content,
  });
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? {} : response.json();
}

/** The error of a response; without a good token the page asks for one. */
async function failure(response) {
  const answer = await response.json().catch(() => ({}));
  const error = new ApiError(response.status, answer.message ?? `HTTP ${response.status}`);
  if (response.status === 401) askForToken(error.message);
  return error;
}

function askForToken(message) {
  const form = byId("token-form");
  if (!form.hidden) return;
  form.hidden = false;
  showError(form, page.token ? message : "");
  byId("token").focus();
}

function useToken(event) {
  event.preventDefault();
  page.token = byId("token").value.trim();
  sessionStorage.setItem(TOKEN, page.token);
  byId("token-form").hidden = true;
  byId("token").value = "";
  restart();
}

/** Show an error in the form or section that an element is in. */
function showError(element, message) {
  const box = element.closest("form, section");
  const selector = ":scope > .error";
  const place = box.querySelector(selector) ?? box.appendChild(el("p", { class: "error", role: "alert" }));
  place.textContent = message;
}

/** Do what a button or a form is for, say so, and show the tab as it is then. */
async function act(element, { method = "POST", path, query, body, ask, say }) {
  const heading = element.closest("section").querySelector("h2");
  try {
    if (ask && !(await confirmed(format(ask, page)))) return null;
    showError(element, "");
    const answer = await api(method, path, body, query);
    announce(format(say ?? "Done.", answer));
    await load();
    if (!element.isConnected) focus(heading);
    return answer;
  } catch (error) {
    showError(element, error.message);
    return null;
  }
}

function focus(element) {
  element.tabIndex = -1;
  element.focus();
}

/** A button of a row that does something; nothing in a read-only page. */
function action(label, about, order) {
  if (page.config.page === "read-only") return "";
  const listener = (event) => act(event.target, order);
  const name = `${label} ${about}`;
  return el("button", { type: "button", "aria-label": name, click: listener }, label);
}

// --- The stream of events

/** Stay connected: one stream after the other, with pauses that grow while it does not work. */
async function stayConnected() {
  for (let pause = RETRY.least; ; pause = Math.min(pause * 2, RETRY.most)) {
    const controller = new AbortController();
    const restarted = new Promise((resolve) => (page.restart = resolve));
    restarted.then(() => controller.abort());
    try {
      await introduce();
      await listen(controller.signal, () => (pause = RETRY.least / 2));
      setConnection("lost", "not connected: the server ended the stream; trying again");
    } catch (error) {
      if (controller.signal.aborted) pause = RETRY.least / 2;
      else await showLost(error);
    }
    if (controller.signal.aborted) continue;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, pause)), restarted]);
  }
}

async function showLost(error) {
  const sentence = error instanceof ApiError ? error.message : "the server does not answer";
  if (error.status === 404) {
    page.world = "default";
    forgetCalls();
  }
  setConnection("lost", `not connected: ${sentence}; trying again`);
}

function setConnection(state, text = state) {
  const box = byId("connection");
  if (box.textContent !== text) box.textContent = text;
  box.dataset.state = state;
}

/** Connect again, at once. */
function restart() {
  page.restart?.();
}

/** What does not belong to a tab: the version, the settings, the worlds. */
async function introduce() {
  const paths = ["/version", "/config"];
  const [version, config] = await Promise.all(paths.map((path) => api("GET", path)));
  page.config = config;
  byId("version").textContent = version.opsemu;
  byId("links-note").hidden = !page.token;
  byId("readonly").hidden = config.page !== "read-only";
  document.body.classList.toggle("read-only", config.page === "read-only");
  await loadWorlds();
}

async function loadWorlds() {
  const { worlds } = await api("GET", "/worlds");
  if (!worlds.includes(page.world)) setWorld(worlds[0]);
  fill("world", worlds, (name) => el("option", { value: name }, name), String);
  byId("world").value = page.world;
}

function setWorld(name) {
  page.world = name;
  history.replaceState(null, "", `?${new URLSearchParams({ world: name })}${location.hash}`);
  forgetCalls();
  restart();
}

/** Read one stream of server-sent events until it ends. */
async function listen(signal, whenConnected) {
  const parameters = new URLSearchParams({ world: page.world, after: calls.after });
  const headers = { ...credentials(), Accept: "text/event-stream" };
  const response = await fetch(`${API}/events?${parameters}`, { headers, signal });
  if (!response.ok) throw await failure(response);
  whenConnected();
  setConnection("live");
  load();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) take(parseEvent(block));
  }
}

function parseEvent(block) {
  const event = { event: "message", data: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = line.match(/^(\w+): ?(.*)$/) ?? [];
    if (name) event[name] = name === "data" ? event.data + value : value;
  }
  return event;
}

function take({ event, data, id }) {
  if (id) calls.after = id;
  if (event === "requests") takeRequests(JSON.parse(data));
  if (event === "changed") takeChanges(JSON.parse(data).parts);
}

function takeChanges(parts) {
  if (parts.includes("worlds")) loadWorlds().catch(() => {});
  if (TABS[page.tab].parts.some((part) => parts.includes(part))) loadSoon();
}

// --- Tabs

function showTab() {
  const name = location.hash.slice(1);
  if (!(name in TABS)) return;
  page.tab = name;
  for (const each of Object.keys(TABS)) {
    byId(`tab-${each}`).hidden = each !== name;
    const link = document.querySelector(`#tabs a[href="#${each}"]`);
    link.toggleAttribute("aria-current", each === name);
    if (each === name) link.setAttribute("aria-current", "page");
  }
  document.title = `${byId("tabs").querySelector("[aria-current]").textContent} · opsemu`;
  load();
}

/** Fetch what the open tab shows, and draw it unless a later load has begun. */
async function load() {
  const { paths, query, draw } = TABS[page.tab];
  const [number, section] = [++page.load, byId(`tab-${page.tab}`)];
  try {
    const answers = Object.entries(paths).map(async ([name, path]) => {
      return [name, await api("GET", path, undefined, query?.())];
    });
    const data = Object.fromEntries(await Promise.all(answers));
    if (number !== page.load) return;
    showError(section, "");
    draw(data);
  } catch (error) {
    if (number === page.load) showError(section, error.message);
  }
}

function loadSoon() {
  page.timer ??= setTimeout(() => {
    page.timer = null;
    load();
  }, 200);
}

// --- Calls

function forgetCalls() {
  calls.rows.clear();
  calls.after = "";
  if (calls.paused) pause();
  drawCallsSoon();
}

function takeRequests({ requests, removed, reset }) {
  if (reset) calls.rows.clear();
  for (const call of requests) {
    call.text = searchText(call);
    calls.rows.set(call.id, call);
    setOptions(byId("calls-family"), [call.dialect]);
  }
  for (const id of removed) calls.rows.delete(id);
  const surplus = calls.rows.size - MAX_CALLS;
  for (const id of [...calls.rows.keys()].slice(0, Math.max(0, surplus))) calls.rows.delete(id);
  if (requests.some((call) => call.fault || call.stub)) takeChanges(["faults", "stubs"]);
  drawCallsSoon();
}

function searchText(call) {
  const { id, method, target, operation, status, key, fault, stub, world, dialect } = call;
  return [id, method, target, operation, status, key, fault, stub, world ?? "no world", dialect]
    .join(" ")
    .toLowerCase();
}

/** Draw at most once a frame. */
function drawCallsSoon() {
  calls.frame ??= requestAnimationFrame(() => {
    calls.frame = null;
    drawCalls();
  });
}

function drawCalls() {
  const rows = [...(calls.paused ?? calls.rows).values()].sort((one, other) => other.id - one.id);
  const matching = rows.filter(callFilter());
  fill("calls-body", matching.slice(0, calls.limit), callRow);
  byId("calls-more").hidden = matching.length <= calls.limit;
  byId("calls-count").textContent = `${matching.length} of ${rows.length} calls`;
  const added = calls.paused ? [...calls.rows.keys()].filter((id) => !calls.paused.has(id)) : [];
  byId("calls-pause").textContent = calls.paused ? `Resume (${added.length} new)` : "Pause";
}

function callFilter() {
  const words = byId("calls-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [status, family] = [byId("calls-status").value, byId("calls-family").value];
  const operation = byId("calls-operation").value.trim().toLowerCase();
  return (call) =>
    (!status || String(call.status).startsWith(status)) &&
    (!family || call.dialect === family) &&
    (!operation || (call.operation ?? "").toLowerCase().includes(operation)) &&
    words.every((word) => call.text.includes(word));
}

const statusMark = (status) => el("span", { class: `status s${String(status)[0]}` }, String(status));

function callRow(call) {
  const name = call.operation ?? "no operation";
  const label = `${call.method} ${name}, status ${call.status}, call ${call.id}`;
  const button = el("button", { type: "button", class: "open", "aria-label": label }, name);
  const marks = [call.fault && tag(`fault ${call.fault}`), call.stub && tag(`stub ${call.stub}`)];
  const node = row(
    cell(el("time", { datetime: call.at, title: call.at, class: "wire" }, call.at.slice(11, 23))),
    cell(statusMark(call.status)),
    el("td", {}, button, ...marks.filter(Boolean), el("span", { class: "narrow wire" }, `${call.method} ${call.target}`)),
    cell(wire(`${call.method} ${call.target}`), "wide"),
    cell(call.dialect, "wide"),
    cell(call.world ?? "no world", "wide"),
    cell(call.milliseconds.toFixed(1), "wide number"),
  );
  node.dataset.status = call.status;
  node.classList.toggle("opened", call.id === calls.opened);
  return node;
}

function pause() {
  calls.paused = calls.paused ? null : new Map(calls.rows);
  byId("calls-pause").setAttribute("aria-pressed", calls.paused !== null);
  drawCallsSoon();
}

async function openCall(id) {
  const details = byId("call-details");
  markOpened(id);
  let content;
  try {
    const paths = [`/requests/${id}`, `/requests/${id}/explain`];
    content = callDetails(...(await Promise.all(paths.map((path) => api("GET", path)))));
  } catch (error) {
    const sentence = "A journal keeps the latest calls; a challenge leaves it when it is answered.";
    content = [el("p", { class: "error" }, `${error.message}. ${sentence}`)];
  }
  if (calls.opened !== id) return;
  const close = el("button", { type: "button", id: "call-close", click: closeCall }, "Close");
  const title = el("h3", { id: "call-title", tabindex: -1 }, `Call ${id}`);
  details.replaceChildren(el("div", { class: "bar" }, title, close), ...content);
  details.hidden = false;
  title.focus();
}

function markOpened(id) {
  calls.opened = id;
  for (const node of byId("calls-body").children) {
    node.classList.toggle("opened", node.dataset.id === String(id));
  }
}

function closeCall() {
  const selector = `tr[data-id="${calls.opened}"] button`;
  byId("call-details").hidden = true;
  markOpened(null);
  (byId("calls-body").querySelector(selector) ?? byId("calls-filter")).focus();
}

function callDetails(call, { grade }) {
  const reasons = [...call.reasons, ...call.warnings.map((text) => `Warning: ${text}`)];
  const command = curlOf(call);
  const shown = el("pre", { id: "call-curl", tabindex: 0 }, command);
  const click = () => copy(command, shown);
  return [
    el("p", {}, statusMark(call.status), " ", wire(`${call.method} ${call.target}`)),
    reasons.length > 0 && el("h4", {}, call.status >= 400 ? "Why it was refused" : "Remarks"),
    el("ul", { id: "call-why" }, ...reasons.map((reason) => el("li", {}, reason))),
    grade && el("p", { id: "call-grade" }, tag(grade), ` ${GRADES[grade] ?? ""}`),
    list({
      Time: call.at,
      World: call.world ?? "none: no known credentials",
      Family: call.dialect,
      Operation: call.operation ?? "none",
      Key: call.key ?? "none",
      Fault: call.fault,
      Stub: call.stub,
      Duration: `${call.milliseconds} ms`,
    }),
    el("h4", {}, "On the wire"),
    el("ol", { id: "call-exchanges" }, ...exchanges(call).map((text) => el("li", {}, text))),
    el("h4", {}, "Request"),
    list(headersOf(call.request)),
    call.request.body !== null && pre(call.request.body),
    el("h4", {}, "Response"),
    list(headersOf(call.response)),
    call.response.body !== null && pre(call.response.body),
    el("h4", {}, "As curl"),
    shown,
    el("button", { type: "button", id: "call-copy", click }, "Copy as curl"),
    el("p", {}, "Secrets are masked, here too: put in your own."),
  ].filter(Boolean);
}

/** Terms with their values; those without a value are left out. */
function list(values) {
  const known = Object.entries(values).filter(([, value]) => value);
  return el("dl", {}, ...known.flatMap(([name, value]) => [el("dt", {}, name), el("dd", { class: "wire" }, value)]));
}

function headersOf(message) {
  return {
    Authorization: message.authorization,
    "Content-Type": message.contentType,
    Accept: message.accept,
    "User-Agent": message.userAgent,
  };
}

/** The HTTP requests of a call: a digest client asks for a challenge first, then signs. */
function exchanges({ exchanges: count, status, request }) {
  const challenges = Array(count - 1).fill("The challenge: a request that was answered 401 with a nonce to sign with.");
  const isSigned = (request.authorization ?? "").startsWith("Digest");
  const last = isSigned
    ? `The signed request (${request.authorization}), answered ${status}.`
    : status === 401 && !request.authorization
      ? "A request without credentials, answered 401 with a challenge. No signed request came after it."
      : `One request, answered ${status}.`;
  return [...challenges, last];
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf({ method, target, key, request }) {
  const [scheme] = (request.authorization ?? "").split(" ");
  const user = quote(`${key}:PRIVATE_KEY`);
  const login = { Digest: `--digest --user ${user}`, Basic: `--user ${user}`, Bearer: "--header 'Authorization: Bearer TOKEN'" };
  const parts = ["curl", method === "GET" ? "" : `--request ${method}`, login[scheme] ?? ""];
  if (request.accept && request.accept !== "*/*") parts.push(`--header ${quote(`Accept: ${request.accept}`)}`);
  if (request.body !== null) {
    if (request.contentType) parts.push(`--header ${quote(`Content-Type: ${request.contentType}`)}`);
    parts.push(`--data ${quote(json(request.body))}`);
  }
  return [...parts, quote(origin() + target)].filter(Boolean).join(" ");
}

/** Where clients call the emulated APIs. */
function origin() {
  return page.config.external_url?.replace(/\/$/, "") || location.origin;
}

// --- Forms, from the schemas of the admin API's own document

async function schemas() {
  page.schemas ??= api("GET", "/openapi.json").then((document) => document.components.schemas);
  return page.schemas;
}

/** Fields for the members of a form's schema: those of `data-first`, the others folded. */
async function buildForm(form) {
  const all = await schemas();
  if (form.elements.length > 0) return;
  const { schema, first = "" } = form.dataset;
  const fields = Object.entries(all[schema].properties).flatMap(([name, member]) => {
    const inner = all[member.$ref?.split("/").pop()]?.properties;
    const isRequired = (all[schema].required ?? []).includes(name);
    if (!inner) return [[name, member, isRequired]];
    return Object.entries(inner).map(([part, kind]) => [`${name}.${part}`, kind, false]);
  });
  const names = first.split(" ").filter(Boolean);
  const isFirst = ([name]) => names.length === 0 || names.includes(name);
  const rest = fields.filter((each) => !isFirst(each)).map(field);
  const fold = el("details", {}, el("summary", {}, "More members"), el("div", { class: "fields" }, ...rest));
  form.append(
    el("div", { class: "fields" }, ...fields.filter(isFirst).map(field)),
    ...(rest.length > 0 ? [fold] : []),
    el("button", { type: "submit" }, form.querySelector("h3").textContent),
  );
}

function field([name, member, required]) {
  return el("label", {}, `${name} `, control(name, member, required));
}

function control(name, member, required) {
  const [type] = [member.type ?? "any"].flat();
  if (member.enum && member.enum.length < 60) {
    const options = member.enum.map((value) => el("option", { value }, String(value)));
    const kind = type === "integer" ? type : null;
    return el("select", { name, required, "data-type": kind }, el("option", { value: "" }, ""), ...options);
  }
  if (type === "boolean") return el("input", { name, type: "checkbox" });
  if (type === "integer" || type === "number") {
    const step = type === "integer" ? 1 : "any";
    return el("input", { name, required, type: "number", step, min: member.minimum, max: member.maximum });
  }
  if (type === "string") {
    const id = `${name}s`;
    if (member.enum && !byId(id)) {
      const options = member.enum.map((value) => el("option", { value }));
      document.body.append(el("datalist", { id }, ...options));
    }
    return el("input", { name, required, list: byId(id) ? id : null, autocomplete: "off" });
  }
  return el("textarea", { name, required, rows: 2, placeholder: "JSON", "data-type": type });
}

/** The members that were filled in; raises Error for a text that is no JSON. */
function valuesOf(form) {
  const values = {};
  for (const each of form.elements) {
    const isEmpty = each.type === "checkbox" ? !each.checked : each.value === "";
    if (!each.name || isEmpty) continue;
    const [name, part] = each.name.split(".");
    if (part) values[name] = { ...values[name], [part]: valueOf(each) };
    else values[name] = valueOf(each);
  }
  return values;
}

function valueOf({ type, value, name, dataset }) {
  if (type === "checkbox") return true;
  if (type === "number" || dataset.type === "integer") return Number(value);
  if (!dataset.type) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (dataset.type === "any") return value; // a text, which is sent as it is
    throw new Error(`${name} is not valid JSON: ${error.message}`);
  }
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  let body;
  try {
    body = valuesOf(form);
  } catch (error) {
    showError(form, error.message);
    return;
  }
  const answer = await act(form, { ...form.dataset, body });
  if (!answer) return;
  form.reset();
  if (form.id === "world-form") showNewWorld(answer);
}

/** A call without a body is one of a button; its `data-` attributes say what it does. */
function press({ currentTarget }) {
  const { body, ...order } = currentTarget.dataset;
  act(currentTarget, { ...order, body: body && JSON.parse(body) });
}

// --- State

function drawState() {}

// --- Alerts and inbox

function drawAlerts({ alerts, inbox, world }) {
  const projects = world.mongodb.projects;
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  fill("projects", projects, ({ id, name }) => el("option", { value: id }, name));
  buildForms("alerts");
  const isLive = ({ status }) => status === "OPEN" || status === "TRACKING";
  const wanted = byId("alerts-status").value ? alerts.alerts.filter(isLive) : alerts.alerts;
  fill("alerts-body", wanted.toReversed().map((alert) => ({ alert, project: names.get(alert.groupId) })), alertRow, ({ alert }) => alert.id);
  fill("inbox-body", inbox.deliveries.toReversed(), deliveryRow);
}

function alertRow({ alert, project }) {
  const { id, status, eventTypeName, acknowledgedUntil } = alert;
  const isLive = status === "OPEN" || status === "TRACKING";
  const order = (verb, said) => ({ path: `/alerts/${id}/${verb}`, say: `The alert ${said}.` });
  return row(
    cell(wire(alert.created)),
    el("td", {}, tag(status), acknowledgedUntil ? ` acknowledged until ${acknowledgedUntil}` : ""),
    el("td", {}, fold(eventTypeName, pre(alert))),
    cell(project ?? alert.groupId, "wide"),
    el(
      "td",
      {},
      isLive && action("Acknowledge", eventTypeName, order("acknowledge", "is acknowledged")),
      isLive && action("Close", eventTypeName, order("close", "is closed")),
      isLive && action("Cancel", eventTypeName, order("cancel", "is cancelled")),
    ),
  );
}

const fold = (title, ...content) => el("details", {}, el("summary", {}, title), ...content);

function deliveryRow(delivery) {
  const { at, service, event, eventTypeName, state, request, answer, reason, to } = delivery;
  return row(
    cell(wire(at)),
    cell(service),
    cell(`${event} ${eventTypeName ?? ""}`),
    cell(wire(request?.url ?? (to ?? []).join(", ")), "wide"),
    el("td", {}, tag(state), answer ? ` answered ${answer.status}` : "", reason ? ` ${reason}` : ""),
    el("td", {}, fold(`Message to ${service}`, delivery.text ? pre(delivery.text) : "", pre(delivery))),
  );
}

// --- Controls

function drawControls({ faults, names, clock, worlds, snapshots, stubs }) {
  buildForms("controls");
  page.faultNames = names;
  fill("faults-body", faults.faults, faultRow);
  drawClock(clock);
  fill("worlds-body", worlds.worlds, worldRow, String);
  fill("snapshots-body", snapshots.snapshots, snapshotRow, String);
  fill("stubs-body", stubs.stubs, stubRow);
}

function buildForms(tab) {
  for (const form of document.querySelectorAll(`#tab-${tab} form[data-schema]`)) {
    buildForm(form).catch((error) => showError(form, error.message));
  }
}

/** The members of a rule or a stub, in one line. */
function members(values) {
  const texts = Object.entries(values).map(([name, value]) => {
    return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return wire(texts.join(", "));
}

function faultRow({ id, seen, struck, ...rule }) {
  const remove = { method: "DELETE", path: `/faults/${id}`, say: `Fault ${id} is removed.` };
  return row(cell(id), cell(members(rule)), cell(seen, "number"), cell(struck, "number"), cell(action("Remove", `fault ${id}`, remove)));
}

function stubRow({ id, answered, ...stub }) {
  const remove = { method: "DELETE", path: `/stubs/${id}`, say: `Stub ${id} is removed.` };
  return row(cell(id), cell(members(stub)), cell(answered, "number"), cell(action("Remove", `stub ${id}`, remove)));
}

function snapshotRow(name) {
  const path = `/snapshots/${name}`;
  const ask = `Replace what {world} holds by the snapshot ${name}?`;
  return row(
    cell(wire(name)),
    el(
      "td",
      {},
      action("Restore", name, { path: `${path}/restore`, ask, say: `${name} is restored.` }),
      action("Delete", name, { method: "DELETE", path, ask: `Delete the snapshot ${name}?`, say: `${name} is deleted.` }),
    ),
  );
}

function worldRow(name) {
  const remove = { method: "DELETE", path: `/worlds/${name}`, ask: `Delete the world ${name} and all in it?`, say: `${name} is deleted.` };
  const reset = { path: "/reset", query: { world: name }, ask: `Reset ${name} to its seed?`, say: `${name} is back at its seed.` };
  const use = el("button", { type: "button", "aria-label": `Use ${name}`, click: () => setWorld(name) }, "Use");
  return row(cell(wire(name)), el("td", {}, use, action("Reset", name, reset), name !== "default" && action("Delete", name, remove)));
}

function showNewWorld(world) {
  page.newWorlds.set(world.name, world);
  byId("new-world").hidden = false;
  byId("new-world").querySelector("pre").textContent = json(world);
}

function drawClock({ now, frozen, offset }) {
  page.clock = { frozen, now, offset };
  showTime();
}

function showTime() {
  if (!page.clock) return;
  const { frozen, now, offset } = page.clock;
  const seconds = Date.now() / 1000 + offset;
  byId("clock-now").textContent = frozen ? now : new Date(seconds * 1000).toISOString();
  const kind = frozen ? "stands still" : "runs";
  byId("clock-kind").textContent = `${kind}, ${offset.toFixed(1)} s from the real time`;
  byId("clock-free").hidden = !frozen && Math.abs(offset) < 0.5;
}

// --- Coverage

function drawCoverage({ coverage }) {
  page.coverage = coverage;
  const kinds = Object.keys(Object.values(coverage.families)[0]);
  setOptions(byId("coverage-family"), Object.keys(coverage.families));
  setOptions(byId("coverage-kind"), kinds);
  const head = ["Family", ...kinds].map((name) => el("th", { scope: "col", class: name === "Family" ? null : "number" }, name));
  byId("families-head").replaceChildren(row(...head));
  fill("families-body", Object.entries(coverage.families), ([name, counts]) => {
    return row(el("th", { scope: "row" }, name), ...kinds.map((kind) => cell(counts[kind], "number")));
  }, ([name]) => name);
  showCoverage();
}

function showCoverage() {
  const { vendors, operations } = page.coverage ?? { vendors: [], operations: {} };
  const words = byId("coverage-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [family, kind] = [byId("coverage-family").value, byId("coverage-kind").value];
  const matching = vendors.filter((each) => {
    const text = `${each.operation} ${each.id} ${each.method} ${each.path} ${each.resource}`.toLowerCase();
    return (!family || each.family === family) && (!kind || each.kind === kind) && words.every((word) => text.includes(word));
  });
  const rows = matching.slice(0, page.coverageLimit ?? STEP).map((each) => ({ ...each, calls: operations[each.operation] }));
  fill("coverage-body", rows, coverageRow, ({ family: name, method, path }) => `${name} ${method} ${path}`);
  byId("coverage-more").hidden = matching.length <= rows.length;
  byId("coverage-count").textContent = `${matching.length} of ${vendors.length} operations`;
}

function coverageRow({ operation, id, family, method, path, kind, reason, grade, calls: counts }) {
  return row(
    el("td", {}, operation ?? id ?? "", el("br"), wire(`${method} ${path}`)),
    cell(family, "wide"),
    cell(tag(kind)),
    cell([grade, reason].filter(Boolean).join(": ")),
    cell(counts ? counts.succeeded + counts.refused : "", "number"),
  );
}

// --- Start

function drawStart({ world }) {
  const { mongodb, opsramp } = { ...world, ...page.newWorlds.get(world.name) };
  const keys = [
    ...mongodb.keys.map((key) => ["Digest", key.publicKey, key.privateKey]),
    ...mongodb.serviceAccounts.map((each) => ["OAuth of Atlas", each.clientId, each.clientSecret]),
    ...opsramp.tenants.flatMap(({ id, keys: all }) => all.map(({ key, secret }) => [`OpsRamp, ${id}`, key, secret])),
  ];
  fill("access-body", keys, ([kind, name, secret]) => row(cell(kind), cell(wire(name)), cell(secret ? wire(secret) : "not kept")), String);
  const owners = [
    ...mongodb.projects.map(({ id, name }) => ["project", id, name]),
    ...opsramp.tenants.map(({ id, name }) => ["tenant", id, name]),
  ];
  fill("owners-body", owners, ([kind, id, name]) => row(cell(kind), cell(wire(id)), cell(name)), String);
  byId("start-world").textContent = world.name;
  const [key, project] = [mongodb.keys[0], mongodb.projects[0]];
  const path = project ? `/api/public/v1.0/groups/${project.id}/integrations` : "/api/public/v1.0/groups";
  const user = `${key?.publicKey ?? "PUBLIC_KEY"}:${key?.privateKey ?? "PRIVATE_KEY"}`;
  byId("start-curl").textContent = `curl --digest --user '${user}' '${origin()}${path}'`;
}

// --- The beginning

function bind() {
  const on = (id, event, listener) => byId(id).addEventListener(event, listener);
  const draw = () => {
    calls.limit = STEP;
    drawCallsSoon();
  };
  for (const form of document.querySelectorAll("form")) {
    if (form.dataset.path) form.addEventListener("submit", submit);
  }
  for (const button of document.querySelectorAll("button[data-path]")) button.addEventListener("click", press);
  for (const id of ["calls-filters", "coverage-filters"]) on(id, "submit", (event) => event.preventDefault());
  on("calls-filters", "input", draw);
  on("calls-more", "click", () => {
    calls.limit += STEP;
    drawCallsSoon();
  });
  on("calls-pause", "click", pause);
  on("calls-body", "click", ({ target }) => openCall(Number(target.closest("tr").dataset.id)));
  on("call-details", "keydown", ({ key }) => key === "Escape" && closeCall());
  on("world", "change", ({ target }) => setWorld(target.value));
  on("token-form", "submit", useToken);
  on("ask-yes", "click", () => byId("ask").close("yes"));
  on("ask-no", "click", () => byId("ask").close("no"));
  on("diff-since", "change", load);
  on("alerts-status", "change", load);
  on("coverage-filters", "input", () => {
    page.coverageLimit = STEP;
    showCoverage();
  });
  on("coverage-more", "click", () => {
    page.coverageLimit = (page.coverageLimit ?? STEP) + STEP;
    showCoverage();
  });
  on("coverage-refresh", "click", load);
  on("start-copy", "click", () => copy(byId("start-curl").textContent, byId("start-curl")));
  addEventListener("hashchange", showTab);
  setInterval(showTime, 1000);
}

bind();
if (!(location.hash.slice(1) in TABS)) location.hash = "#calls";
else showTab();
stayConnected();
