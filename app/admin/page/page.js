// The page of the admin API. All it shows is what /__admin answers, with the secrets masked there.
"use strict";

const API = "/__admin";
const MAX_CALLS = 1000; // as many as a journal keeps by default
const STEP = 100; // rows of a long table at first, and those that "Show more" adds
const RETRY = { least: 500, most: 10_000 }; // milliseconds between two attempts to connect
const SILENCE = 45_000; // milliseconds without a byte; the server sends one each 15 s
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
  get since() {
    return byId("diff-since").value; // the snapshot that the present state is compared with
  },
  tab: "calls",
  token: sessionStorage.getItem(TOKEN) || "",
  config: null, // the server's settings, once it has answered
  newWorlds: new Map(), // by name: what the server says only once of a world made here
  coverage: { vendors: [], operations: {} },
  limits: {}, // by name of a long table: how many rows it shows
  loads: 0, // how often a tab was fetched
  took: 0, // milliseconds for the latest of these
};
const UNKNOWN = "not stored; it was shown when the key was made";
// The documented keys of the seed `demo`, which a server has unless it was started with another.
const DEMO_SECRETS = {
  opsowner: "00000000-0000-4000-8000-00000000c0de",
  opsviewr: "00000000-0000-4000-8000-00000000cafe",
  opsadmin: "00000000-0000-4000-8000-0000000ad111",
  mdb_sa_id_c0ffeec0ffeec0ffeec0ffee: "mdb_sa_sk_demo_00000000000000000000000000000000",
  "opsemu-demo-key": "opsemu-demo-secret",
  "opsemu-demo-partner-key": "opsemu-demo-partner-secret",
};
const calls = { rows: new Map(), paused: null, opened: null, after: "", unsent: 0 };

// The tabs: what each fetches, which changes concern it, and what draws the answers.
const TABS = {
  calls: { parts: [], paths: {}, draw: drawCallsSoon },
  state: {
    parts: ["state", "snapshots", "clock"],
    paths: { overview: "/overview", snapshots: "/snapshots", diff: "/diff?since={since}" },
    draw: drawState,
  },
  alerts: {
    parts: ["alerts", "inbox"],
    paths: { alerts: "/alerts", inbox: "/inbox?limit=1000", world: "/worlds/{world}" },
    draw: drawAlerts,
  },
  controls: {
    parts: ["faults", "clock", "worlds", "snapshots", "stubs"],
    paths: {
      faults: "/faults",
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

// What draws a long table anew, once more rows are wanted.
const LONG = {
  calls: drawCallsSoon,
  coverage: showCoverage,
  alerts: load,
  inbox: load,
  diff: load,
};

// --- Elements

const byId = (id) => document.getElementById(id);

/** An element; attributes that are undefined, null or false are left out. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity));
  return node;
}

const json = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const pre = (value) => el("pre", { tabindex: 0 }, json(value));
const fold = (title, ...content) => el("details", {}, el("summary", {}, title), content);
const short = (time) => time.slice(0, 19).replace("T", " ");
const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** `{a.b}` in a text replaced by that member of `values`, if they have it. */
function format(text, values) {
  return text.replace(/\{([\w.]+)\}/g, (placeholder, path) => {
    const value = path.split(".").reduce((each, name) => each?.[name], values);
    return String((Array.isArray(value) ? value.join(" ") : value) ?? placeholder);
  });
}

/** A copy of a template, its texts and attributes formatted; `data-if` names a needed member. */
function stamp(id, values) {
  const node = byId(id).content.firstElementChild.cloneNode(true);
  for (const part of node.querySelectorAll("[data-if]")) {
    if (!values[part.dataset.if]) part.remove();
  }
  for (const part of [node, ...node.querySelectorAll("*")]) {
    for (const attribute of part.attributes) attribute.value = format(attribute.value, values);
    for (const text of part.childNodes) {
      if (text.nodeType === Node.TEXT_NODE) text.data = format(text.data, values);
    }
  }
  return node;
}

/** Show `items` as children of an element; the child of an item that has not changed stays. */
function fill(id, items, build, key = (item) => item.id) {
  const parent = byId(id);
  const present = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  const wanted = items.map((item) => {
    const name = String(key(item));
    const child = present.get(name);
    if (child && same(child.item, item)) return child;
    const node = build(item);
    node.dataset.id = name;
    return Object.assign(node, { item });
  });
  const label = parent.contains(document.activeElement) && document.activeElement.ariaLabel;
  const kept = new Set(wanted);
  for (const child of present.values()) if (!kept.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of wanted) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  if (label && !parent.contains(document.activeElement)) {
    parent.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  }
}

/** Show `items` as rows of a table, made by its template of what `view` makes of each. */
function fillRows(name, items, view = (item) => item, key = (item) => item.id) {
  fill(`${name}-body`, items, (item) => stamp(`${name}-row`, view(item)), key);
}

function fillOptions(id, values) {
  fill(id, values, (value) => el("option", { value }, value || "all"), String);
}

/** Show the first of many rows, and how many there are. */
function fillLong(name, items, total, view, key) {
  const limit = page.limits[name] ?? STEP;
  fillRows(name, items.slice(0, limit), view, key);
  byId(`${name}-more`).hidden = items.length <= limit;
  byId(`${name}-count`).textContent = `${items.length} of ${total}`;
}

function announce(text) {
  byId("announce").textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => byId("announce").replaceChildren(), 6000);
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(source);
    announce("The browser does not let this page copy; the text is selected.");
  }
}

/** Ask a question in the page; whether the answer is yes. */
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

const credentials = () => (page.token ? { Authorization: `Bearer ${page.token}` } : {});

/** What the admin API answers about the chosen world; raises an Error with its sentence. */
async function api(method, path, body) {
  const url = new URL(API + format(path, page), location);
  if (!url.searchParams.has("world")) url.searchParams.set("world", page.world);
  const response = await fetch(url, {
    method,
    headers: { ...credentials(), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? {} : response.json();
}

/** The error of a response; the page asks for a token if that is what is wrong. */
async function failure(response) {
  const answer = await response.json().catch(() => ({}));
  const { status } = response;
  const error = new Error(answer.message ?? `HTTP ${status}`);
  if (status === 401) askForToken(error.message);
  return Object.assign(error, { status });
}

function askForToken(message) {
  const form = byId("token-form");
  if (!form.hidden) return;
  form.hidden = false;
  showError(form, page.token ? message : "");
  byId("token").focus();
}

function useToken() {
  page.token = byId("token").value.trim();
  sessionStorage.setItem(TOKEN, page.token);
  byId("token-form").reset();
  byId("token-form").hidden = true;
  page.restart();
}

/** Show an error in the form or the section that an element is in. */
function showError(element, message) {
  const box = element.closest("form, section");
  const place = box.querySelector(":scope > .error") ?? el("p", { class: "error", role: "alert" });
  if (!place.isConnected) box.append(place);
  place.textContent = message;
}

/** Do what a button or a form is for, say so, and show the tab as it is then. */
async function act(element, { method = "POST", path, body, ask, say }) {
  const heading = element.closest("section").querySelector("h2");
  try {
    if (ask && !(await confirmed(format(ask, page)))) return null;
    showError(element, "");
    const answer = await api(method, path, body);
    announce(format(say, answer));
    if (path.startsWith("/worlds")) await loadWorlds();
    await load();
    if (!element.isConnected) heading.focus();
    return answer;
  } catch (error) {
    showError(element, error.message);
    return null;
  }
}

// --- The stream of events

/** Stay connected: one stream after the other, with pauses that grow while there is none. */
async function stayConnected() {
  for (let pause = RETRY.least; ; pause = Math.min(pause * 2, RETRY.most)) {
    const comeBack = (done) => addEventListener("pageshow", done, { once: true });
    if (page.isLeft) await new Promise(comeBack);
    page.isLeft = false;
    const controller = new AbortController();
    if (byId("connection").dataset.state === "live") setConnection("connecting");
    const restarted = new Promise((resolve) => (page.restart = resolve));
    restarted.then(() => controller.abort());
    let error = new Error("the server ended the stream");
    try {
      await introduce();
      await listen(controller.signal, () => (pause = RETRY.least));
    } catch (raised) {
      error = raised.status ? raised : new Error("the server does not answer");
    }
    if (controller.signal.aborted) continue;
    setConnection("lost", `not connected: ${error.message}`);
    const waits = error.status === 401 ? [] : [new Promise((done) => setTimeout(done, pause))];
    await Promise.race([...waits, restarted]);
  }
}

function setConnection(state, text = state) {
  const box = byId("connection");
  if (box.textContent !== text) box.textContent = text;
  box.dataset.state = state;
}

/** Fetch what stays while the server runs: its version and its settings. */
async function introduce() {
  const paths = ["/version", "/config"];
  const [version, config] = await Promise.all(paths.map((path) => api("GET", path)));
  page.config = config;
  byId("version").textContent = version.opsemu;
  byId("links-note").hidden = !page.token;
  byId("readonly").hidden = config.page !== "read-only";
  document.body.classList.toggle("read-only", config.page === "read-only");
}

async function loadWorlds() {
  const { worlds } = await api("GET", "/worlds");
  fillOptions("world", worlds);
  if (!worlds.includes(page.world)) setWorld("default");
  byId("world").value = page.world;
}

function setWorld(name) {
  page.world = byId("world").value = name;
  byId("diff-since").value = "seed";
  history.replaceState(null, "", `?${new URLSearchParams({ world: name })}${location.hash}`);
  calls.rows.clear();
  calls.after = "";
  if (calls.opened) closeCall();
  if (calls.paused) togglePause();
  drawCallsSoon();
  page.restart();
}

/** Read one stream of server-sent events until it ends. */
async function listen(signal, whenConnected) {
  const parameters = new URLSearchParams({ world: page.world, after: calls.after });
  const headers = { ...credentials(), Accept: "text/event-stream" };
  const response = await fetch(`${API}/events?${parameters}`, { headers, signal });
  await loadWorlds(); // now, as a stream does not tell what changed before it began
  load();
  if (!response.ok) throw await failure(response);
  whenConnected();
  setConnection("live");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const timer = setTimeout(page.restart, SILENCE);
    const { value, done } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    if (!signal.aborted) blocks.map(parseEvent).forEach(take);
  }
}

/** The fields of one event; a line that begins with a colon is a comment. */
function parseEvent(block) {
  const pairs = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/)?.slice(1) ?? []);
  return Object.fromEntries(pairs.filter(([name]) => name));
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
  for (const link of byId("tabs").children) {
    const isOpen = link.hash === location.hash;
    byId(`tab-${link.hash.slice(1)}`).hidden = !isOpen;
    if (isOpen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (isOpen) document.title = `${link.textContent} · opsemu`;
  }
  if (page.config) load();
}

/** Fetch what the open tab shows, and draw it unless it was fetched once more meanwhile. */
async function load() {
  const { paths, draw } = TABS[page.tab];
  const [turn, section] = [++page.loads, byId(`tab-${page.tab}`)];
  const startedAt = performance.now();
  try {
    const fetched = Object.values(paths).map((path) => api("GET", path));
    const answers = await Promise.all(fetched);
    if (turn !== page.loads) return;
    showError(section, "");
    draw(Object.fromEntries(Object.keys(paths).map((name, index) => [name, answers[index]])));
    page.took = performance.now() - startedAt;
  } catch (error) {
    if (turn === page.loads) showError(section, error.message);
  }
}

/** Load once for all changes of a moment, with pauses so that the server has little to do. */
function loadSoon() {
  page.timer ??= setTimeout(() => {
    page.timer = null;
    load();
  }, Math.min(30 + 4 * page.took, 300));
}

// --- Calls

function takeRequests({ requests, removed, dropped, reset }) {
  if (reset) calls.rows.clear();
  calls.unsent = dropped + (reset ? 0 : calls.unsent);
  for (const call of requests) {
    const missing = [call.world || "no world", call.operation || "no operation"];
    call.text = [...Object.values(call), ...missing].join(" ").toLowerCase();
    calls.rows.set(call.id, call);
  }
  for (const id of removed) calls.rows.delete(id);
  const surplus = Math.max(0, calls.rows.size - MAX_CALLS);
  for (const id of [...calls.rows.keys()].slice(0, surplus)) calls.rows.delete(id);
  if (requests.some((call) => call.fault || call.stub)) takeChanges(["faults", "stubs"]);
  drawCallsSoon();
}

/** Draw at most once a frame. */
function drawCallsSoon() {
  calls.frame ??= requestAnimationFrame(() => {
    calls.frame = null;
    drawCalls();
  });
}

function drawCalls() {
  const all = [...(calls.paused ?? calls.rows).values()].sort((one, other) => other.id - one.id);
  fillOptions("calls-family", ["", ...new Set(all.map((call) => call.dialect))].sort());
  const matching = all.filter(callFilter());
  const unsent = calls.unsent ? `, ${calls.unsent} more are not shown` : "";
  fillLong("calls", matching, `${all.length} calls${unsent}`, callView);
  markOpened(calls.opened);
  const added = calls.paused ? [...calls.rows.keys()].filter((id) => !calls.paused.has(id)) : [];
  byId("calls-pause").textContent = calls.paused ? `Resume (${added.length} new)` : "Pause";
}

const wordsOf = (id) => byId(id).value.toLowerCase().split(/\s+/).filter(Boolean);

function callFilter() {
  const words = wordsOf("calls-filter");
  const [code, family] = [byId("calls-status").value, byId("calls-family").value];
  const operation = byId("calls-operation").value.trim().toLowerCase();
  return (call) =>
    (!code || String(call.status).startsWith(code)) &&
    (!family || call.dialect === family) &&
    (!operation || (call.operation ?? "").toLowerCase().includes(operation)) &&
    words.every((word) => call.text.includes(word));
}

function callView(call) {
  return {
    ...call,
    operation: call.operation ?? "no operation",
    world: call.world ?? "no world",
    clock: call.at.slice(11, 23),
    kind: String(call.status)[0],
    duration: call.milliseconds.toFixed(1),
  };
}

function togglePause() {
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
  } catch ({ message }) {
    content = stamp("call-gone", { id, message });
  }
  if (calls.opened !== id) return;
  details.replaceChildren(content);
  details.hidden = false;
  byId("call-title").focus();
}

function markOpened(id) {
  calls.opened = id;
  for (const node of byId("calls-body").children) {
    node.classList.toggle("opened", node.dataset.id === String(id));
  }
}

function closeCall() {
  const button = byId("calls-body").querySelector(".opened button");
  byId("call-details").hidden = true;
  markOpened(null);
  (button ?? byId("calls-filter")).focus();
}

function callDetails(call, { grade }) {
  const { request, response, reasons, warnings } = call;
  const why = [...reasons, ...warnings.map((text) => `Warning: ${text}`)];
  const node = stamp("call-details-template", {
    ...callView(call),
    ...request,
    key: call.key ?? "none",
    heading: call.status < 400 ? "Remarks" : "Why it was refused",
    isTold: why.length > 0,
    grade,
    meaning: GRADES[grade] ?? "",
    received: request.body !== null && json(request.body),
    answerType: response.contentType,
    answer: response.body !== null && json(response.body),
    curl: curlOf(call),
  });
  const items = (texts) => texts.map((text) => el("li", {}, text));
  node.querySelector("#call-why").append(...items(why));
  node.querySelector("#call-exchanges").append(...items(exchanges(call)));
  return node;
}

/** The HTTP requests of a call: a digest client is challenged first, then signs. */
function exchanges({ exchanges: count, status: code, request: { authorization } }) {
  const challenge = "The challenge: a request that was answered 401, with a nonce to sign with.";
  const isSigned = (authorization ?? "").startsWith("Digest");
  const isAlone = code === 401 && !authorization;
  const last = isSigned ? `The signed request (${authorization})` : "One request";
  const end = isAlone ? " No signed request came after it." : "";
  return [...Array(count - 1).fill(challenge), `${last}, answered ${code}.${end}`];
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf({ method, target, key, request: { authorization, accept, contentType, body } }) {
  const user = `--user ${quote(`${key}:PRIVATE_KEY`)}`;
  const bearer = "--header 'Authorization: Bearer TOKEN'";
  const logins = { Digest: `--digest ${user}`, Basic: user, Bearer: bearer };
  const parts = [
    "curl",
    method === "HEAD" ? "--head" : `--request ${method}`,
    logins[(authorization ?? "").split(" ")[0]],
    accept && accept !== "*/*" && `--header ${quote(`Accept: ${accept}`)}`,
    contentType && `--header ${quote(`Content-Type: ${contentType}`)}`,
    body !== null && `--data ${quote(json(body))}`,
    quote(origin() + target),
  ];
  return parts.filter(Boolean).join(" ");
}

/** Where clients call the emulated APIs; unknown to an admin API on a port of its own. */
function origin() {
  const here = page.config.admin === "own" ? "http://OPSEMU_HOST:OPSEMU_PORT" : location.origin;
  return page.config.external_url.replace(/\/$/, "") || here;
}

// --- Forms, from the schemas in the admin API's own document

function buildForms(tab) {
  page.schemas ??= api("GET", "/openapi.json").then((document) => document.components.schemas);
  for (const form of document.querySelectorAll(`#tab-${tab} form[data-schema]`)) {
    page.schemas.then((all) => buildForm(form, all)).catch((error) => {
      page.schemas = null;
      showError(form, error.message);
    });
  }
}

/** Add fields for the members of a form's schema: those of `data-first`, the others folded. */
function buildForm(form, all) {
  if (form.querySelector(".fields")) return;
  const { properties, required = [] } = all[form.dataset.schema];
  const fields = Object.entries(properties).flatMap(([name, member]) => {
    const inner = all[member.$ref?.split("/").pop()]?.properties;
    if (!inner) return [[name, member, required.includes(name)]];
    return Object.entries(inner).map(([part, kind]) => [`${name}.${part}`, kind, false]);
  });
  const names = form.dataset.first.split(" ");
  const first = names.map((wanted) => fields.find(([name]) => name === wanted));
  const rest = fields.filter((each) => !first.includes(each));
  const box = (some) => el("div", { class: "fields" }, some.map(field));
  form.append(box(first));
  if (rest.length) form.append(fold("More members", box(rest)));
  form.append(el("button", { type: "submit" }, form.querySelector("h3").textContent));
}

const field = ([name, member, required]) => el("label", {}, name, control(name, member, required));

function control(name, member, required) {
  const { enum: values, minimum: min, maximum: max, default: usual } = member;
  const [type] = [member.type ?? "any"].flat();
  const kind = { name, required, "data-type": type };
  if (type === "boolean") return el("input", { ...kind, type: "checkbox" });
  if (values && values.length < 60) {
    const options = values.map((value) => el("option", { value }, String(value)));
    return el("select", kind, el("option", { value: "" }, usual ? `(${usual})` : ""), options);
  }
  if (type === "integer" || type === "number") {
    const step = type === "integer" ? 1 : "any";
    return el("input", { ...kind, type: "number", step, min, max });
  }
  if (type !== "string") return el("textarea", { ...kind, rows: 2, placeholder: "JSON" });
  const list = `${name}s`;
  if (values && !byId(list)) document.body.append(el("datalist", { id: list }));
  if (values) fill(list, values, (value) => el("option", { value }), String);
  return el("input", { ...kind, list: byId(list) && list, autocomplete: "off" });
}

/** The members that were filled in; raises Error for a text that should be JSON. */
function valuesOf(form) {
  const values = {};
  for (const each of form.elements) {
    const isEmpty = each.type === "checkbox" ? !each.checked : each.value === "";
    if (!each.name || isEmpty) continue;
    const [name, part] = each.name.split(".");
    values[name] = part ? { ...values[name], [part]: valueOf(each) } : valueOf(each);
  }
  return values;
}

function valueOf({ value, name, dataset: { type = "string" } }) {
  if (type === "boolean") return true;
  if (type === "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (type === "any") return value; // a text, which is sent as it is
    throw new Error(`${name} is not valid JSON: ${error.message}`);
  }
}

async function submit(form) {
  try {
    const answer = await act(form, { ...form.dataset, body: valuesOf(form) });
    if (answer) form.reset();
    if (answer && form.id === "world-form") showNewWorld(answer);
  } catch (error) {
    showError(form, error.message);
  }
}

/** Do what the `data-` attributes of a button say. */
function press({ target }) {
  if (target.tagName !== "BUTTON") return;
  const { path, body, ...order } = target.dataset;
  if (path) act(target, { ...order, path, body: body && JSON.parse(body) });
  if (order.copy) copy(byId(order.copy));
  if (order.use) setWorld(order.use);
}

// --- State

function drawState({ overview, snapshots, diff }) {
  const organizations = new Map(overview.organizations.map(({ id, name }) => [id, name]));
  const { totals } = overview;
  const listed = overview.organizations.map(({ id, name }) => `${name} (${id})`).join(", ");
  byId("state-organizations").textContent = `${totals.organizations} organizations: ${listed}`;
  byId("state-counts").textContent =
    `${totals.projects} projects, ${totals.tenants} tenants; of each, up to 100 are shown.`;
  const withName = (each) => ({ ...each, org: organizations.get(each.orgId) ?? each.orgId });
  fill("state-projects", overview.projects.map(withName), projectCard);
  fill("state-tenants", overview.tenants, tenantCard);
  fillOptions("diff-since", ["seed", ...snapshots.snapshots]);
  const place = ({ kind, owner, table, key }) => [kind, owner, table, key].join("/");
  const { documents } = diff;
  fillLong("diff", documents, `${documents.length} documents`, differenceView, place);
}

function projectCard({ id, name, org, integrations, automation }) {
  const side = ([family, shown]) => {
    return el("div", {}, el("h5", {}, family), shown ? pre(shown) : el("p", {}, "Not there."));
  };
  const sides = (families) => el("div", { class: "sides" }, Object.entries(families).map(side));
  const { version, processes, agents } = automation;
  const counts = `${processes.length} processes, ${agents.length} agents`;
  return el(
    "section",
    { "aria-label": `Project ${name}` },
    el("h4", {}, `${name} of ${org}`),
    el("code", {}, id),
    integrations.map(({ type, families }) => fold(type, sides(families))),
    fold(`Automation: version ${version}, ${counts}`, [...processes, ...agents].map(pre)),
  );
}

function tenantCard({ id, name, installed }) {
  const integration = ({ inbound, outbound, ...known }) => {
    const title = `${known.name}: ${inbound.length} groups inbound, ${outbound.length} outbound`;
    const groups = [...inbound.map(mappings("→")), ...outbound.map(mappings("←"))];
    return fold(title, pre(known), groups);
  };
  return el(
    "section",
    { "aria-label": `Tenant ${name}` },
    el("h4", {}, name),
    el("code", {}, id),
    installed.map(integration),
  );
}

/** What shows a group of mappings; the arrow goes from the sender's values to the receiver's. */
function mappings(arrow) {
  return (group) => {
    const ours = `${group.entityType} ${group.attrName}`;
    const lines = [[`${group.thirdPartyEntityType} ${group.thirdPartyAttrName}`, ours]];
    lines.push(...group.attrValues.map((each) => [each.thirdPartyAttrValue, each.attrValue]));
    const text = lines.map(([theirs, our]) => `${theirs} ${arrow} ${our}`).join("\n");
    return [el("h5", {}, `${arrow === "→" ? "Inbound" : "Outbound"}: ${group.name}`), pre(text)];
  };
}

function differenceView({ kind, owner, table, key, change, members }) {
  const texts = members.map(({ name, before, after }) => {
    const value = json(after ?? before);
    return `${name}: ${change === "changed" ? `${json(before)} → ${json(after)}` : value}`;
  });
  const place = [...new Set([kind, owner, table, key])].join("/");
  const names = members.map(({ name }) => name).join(", ");
  return { change, place, names, text: texts.join("\n") };
}

// --- Alerts and inbox

function drawAlerts({ alerts, inbox, world }) {
  const { projects } = world.mongodb;
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  fill("projects", projects, ({ id, name }) => el("option", { value: id }, name));
  buildForms("alerts");
  const isShown = byId("alerts-status").value ? isLive : () => true;
  const rows = alerts.alerts.filter(isShown).toReversed();
  const view = (alert) => alertView(alert, names.get(alert.groupId));
  const deliveries = inbox.deliveries.toReversed();
  fillLong("alerts", rows, `${alerts.alerts.length} alerts`, view);
  fillLong("inbox", deliveries, `${deliveries.length} deliveries`, deliveryView);
}

function alertView(alert, project) {
  return {
    ...alert,
    isLive: isLive(alert),
    at: short(alert.created),
    until: alert.acknowledgedUntil && short(alert.acknowledgedUntil),
    project: project ?? alert.groupId,
    text: json(alert),
  };
}

function deliveryView(delivery) {
  return {
    ...delivery,
    time: short(delivery.at),
    receiver: delivery.request?.url ?? delivery.to?.join(", ") ?? "",
    eventTypeName: delivery.eventTypeName ?? "",
    shown: json(delivery),
  };
}

const isLive = ({ status }) => status === "OPEN" || status === "TRACKING";

// --- Controls

function drawControls({ faults, clock, worlds, snapshots, stubs }) {
  buildForms("controls");
  fillRows("faults", faults.faults, ruleView);
  fillRows("stubs", stubs.stubs, ruleView);
  fillRows("worlds", worlds.worlds, (name) => ({ name, isMade: name !== "default" }), String);
  fillRows("snapshots", snapshots.snapshots, (name) => ({ name }), String);
  page.clock = clock;
  showTime();
}

/** A fault or a stub: its counts, and its other members as a text. */
function ruleView({ id, seen, struck, answered, ...rule }) {
  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const texts = Object.entries(rule).map(([name, value]) => `${name}: ${text(value)}`);
  return { id, seen, struck, answered, rule: texts.join(", ") };
}

function showNewWorld(world) {
  page.newWorlds.set(world.name, world);
  byId("new-world").hidden = false;
  byId("new-world").querySelector("pre").textContent = json(world);
}

function showTime() {
  if (!page.clock) return;
  const { frozen, now, offset } = page.clock;
  const seconds = Date.now() / 1000 + offset;
  byId("clock-now").textContent = frozen ? now : new Date(seconds * 1000).toISOString();
  const kind = frozen ? "stands still" : "runs";
  byId("clock-kind").textContent = `${kind}, ${offset.toFixed(1)} s from the real time`;
}

// --- Coverage

function drawCoverage({ coverage }) {
  page.coverage = coverage;
  const families = Object.entries(coverage.families);
  fillRows("families", families, ([name, counts]) => ({ name, ...counts }), ([name]) => name);
  fillOptions("coverage-family", ["", ...families.map(([name]) => name)]);
  showCoverage();
}

function showCoverage() {
  const { vendors, operations } = page.coverage;
  const words = wordsOf("coverage-filter");
  const [family, kind] = [byId("coverage-family").value, byId("coverage-kind").value];
  const matching = vendors.filter((each) => {
    const isKind = (!family || each.family === family) && (!kind || each.kind === kind);
    const text = () => Object.values(each).join(" ").toLowerCase();
    return isKind && words.every((word) => text().includes(word));
  });
  const counted = matching.map((each) => ({ ...each, calls: operations[each.operation] }));
  const key = (each) => [each.family, each.method, each.path].join(" ");
  fillLong("coverage", counted, `${vendors.length} operations`, coverageView, key);
}

function coverageView({ operation, id, resource, grade, reason, calls: counts, ...row }) {
  return {
    ...row,
    name: operation ?? id ?? resource,
    why: [grade, reason].filter(Boolean).join(": "),
    count: counts ? counts.succeeded + counts.refused : "",
  };
}

// --- Start

function drawStart({ world }) {
  const { mongodb, opsramp } = { ...world, ...page.newWorlds.get(world.name) };
  const documented = world.seed === "server" && page.config.seed === "demo" ? DEMO_SECRETS : {};
  const keys = [
    ...mongodb.keys.map((key) => ["MongoDB, digest", key.publicKey, key.privateKey]),
    ...mongodb.serviceAccounts.map((each) => ["Atlas, OAuth", each.clientId, each.clientSecret]),
    ...opsramp.tenants.flatMap((tenant) =>
      tenant.keys.map(({ key, secret }) => [`OpsRamp, ${tenant.id}`, key, secret]),
    ),
  ].map(([kind, name, secret]) => [kind, name, secret ?? documented[name]]);
  const owners = [
    ...mongodb.projects.map(({ id, name }) => ["project", id, name]),
    ...opsramp.tenants.map(({ id, name }) => ["tenant", id, name]),
  ];
  const [[, name, secret] = [null, "PUBLIC_KEY"], project] = [keys[0], mongodb.projects[0]];
  const path = `/api/public/v1.0/groups${project ? `/${project.id}/integrations` : ""}`;
  const user = quote(`${name}:${secret ?? "PRIVATE_KEY"}`);
  fillRows("access", keys, ([kind, key, half = UNKNOWN]) => ({ kind, key, half }), String);
  fillRows("owners", owners, ([kind, id, title]) => ({ kind, id, title }), String);
  byId("start-world").textContent = world.name;
  byId("start-curl").textContent = `curl --digest --user ${user} ${quote(origin() + path)}`;
}

// --- The beginning

/** Fetch the names of all operations, once a field for one is used. */
function loadOperations() {
  page.operations ??= api("GET", "/coverage").then(
    ({ operations }) => fillOptions("operations", Object.keys(operations)),
    () => (page.operations = null),
  );
}

function bind() {
  const on = (id, event, listener) => byId(id).addEventListener(event, listener);
  for (const [name, draw] of Object.entries(LONG)) {
    const limit = (rows) => {
      page.limits[name] = rows;
      draw();
    };
    on(`${name}-filters`, "input", () => limit(STEP));
    on(`${name}-filters`, "change", () => limit(STEP));
    on(`${name}-more`, "click", () => limit((page.limits[name] ?? STEP) + STEP));
  }
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.dataset.path) submit(event.target);
    if (event.target.id === "token-form") useToken();
  });
  document.addEventListener("click", press);
  document.addEventListener("focusin", ({ target }) => {
    if (target.list === byId("operations")) loadOperations();
  });
  on("calls-pause", "click", togglePause);
  on("calls-body", "click", ({ target }) => openCall(Number(target.closest("tr").dataset.id)));
  on("call-details", "click", ({ target }) => target.id === "call-close" && closeCall());
  on("tab-calls", "keydown", ({ key, target }) => {
    if (key === "Escape" && calls.opened && target.tagName !== "INPUT") closeCall();
  });
  on("world", "change", ({ target }) => setWorld(target.value));
  on("ask-yes", "click", () => byId("ask").close("yes"));
  on("ask-no", "click", () => byId("ask").close("no"));
  on("coverage-refresh", "click", load);
  addEventListener("hashchange", showTab);
  // A browser keeps a page that one may come back to, with its connections.
  addEventListener("pagehide", () => {
    page.isLeft = true;
    page.restart();
  });
  setInterval(showTime, 1000);
}

bind();
if (location.hash.slice(1) in TABS) showTab();
else location.replace("#calls");
stayConnected();
