// The pool, live. Figures come every two seconds, the last hour every half a minute; each host keeps its card.

const FIGURES_MS = 2000;
const HISTORY_MS = 30000;
const HOUR_S = 3600;
const [AT, CPU, MEMORY, CPU_PRESSURE, MEMORY_PRESSURE, IO_PRESSURE, DISK, SESSIONS, WARM] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const SVG = "http://www.w3.org/2000/svg";

const root = document.getElementById("pool");
const news = document.getElementById("pool-news");
const filter = document.getElementById("pool-filter");
const histories = new Map();
let last = null;
let next = 0;
let historyAt = -HISTORY_MS;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function size(bytes) {
  for (const unit of ["B", "KiB", "MiB"]) {
    if (bytes < 1024) return `${Math.round(bytes)} ${unit}`;
    bytes /= 1024;
  }
  return `${bytes.toFixed(bytes < 10 ? 1 : 0)} GiB`;
}

function seconds(count) {
  if (count < 90) return `${Math.round(count)} s`;
  return count < 5400 ? `${Math.round(count / 60)} min` : `${(count / 3600).toFixed(1)} h`;
}

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const percent = (portion) => `${Math.round(100 * portion)} %`;

function line(samples, column, now, top) {
  const points = samples.map((one) => `${(600 * (1 - (now - one[AT]) / HOUR_S)).toFixed(1)},${(100 - (100 * one[column]) / top).toFixed(1)}`);
  return points.length ? `M${points.join("L")}` : "";
}

function chart(name, samples, now, value, column, { counts = false } = {}) {
  const most = Math.max(0, ...samples.map((one) => one[column]));
  const top = counts ? Math.max(1, most) : 1; // portions fill the chart at 100 %, counts at their highest
  const label = `${name} over the last hour: now ${value}, at most ${counts ? most : percent(most)}`;
  const svg = drawn("svg", { viewBox: "0 0 600 100", preserveAspectRatio: "none", role: "img", "aria-label": label });
  for (const minutes of [15, 30, 45]) svg.append(drawn("line", { x1: 10 * minutes, x2: 10 * minutes, y1: 0, y2: 100 }));
  const path = line(samples, column, now, top);
  if (path) {
    const first = (600 * (1 - (now - samples[0][AT]) / HOUR_S)).toFixed(1);
    const end = (600 * (1 - (now - samples[samples.length - 1][AT]) / HOUR_S)).toFixed(1);
    svg.append(drawn("path", { class: "under", d: `${path}L${end},100L${first},100Z` }), drawn("path", { class: "first", d: path }));
  }
  const caption = element("figcaption", {}, element("b", {}, name), element("span", {}, value));
  return element("figure", { class: "pool-chart", title: label }, caption, svg);
}

function badges(host) {
  const marks = [host.state, ...(host.draining ? ["draining"] : host.cordoned ? ["cordoned"] : [])];
  return marks.map((mark) => element("span", { class: `pool-state ${mark.replaceAll(" ", "-")}` }, mark));
}

function transfer({ transfer: one }) {
  if (!one) return "";
  if (one.error) return `${one.toolchain} did not come from ${one.whence}: ${one.error}`;
  const far = one.wholeBytes ? `: ${percent(Math.min(1, one.bytes / one.wholeBytes))}` : "";
  return `receives ${one.toolchain} from ${one.whence}${far}`;
}

function facts(host) {
  const warm = Object.entries(host.warm).map(([name, count]) => `${count} × ${name}`);
  return [
    counted(host.sessions, "session"),
    warm.length ? `warm: ${warm.join(", ")}` : "none warm",
    host.images.length ? `images: ${host.images.join(", ")}` : "no image yet",
    host.diskBytes ? `disk: ${size(host.diskFreeBytes)} of ${size(host.diskBytes)} free` : "",
    `load ${host.load.toFixed(1)}`,
    transfer(host),
    host.swapBytes ? `swap: ${size(host.swapUsedBytes)} of ${size(host.swapBytes)}` : "",
    host.age > 10 ? `figures are ${seconds(host.age)} old` : "",
  ].filter(Boolean).join(" · ");
}

function card(host, now) {
  const title = element("h2", {}, host.name, ...badges(host), element("small", {}, `${host.address}, ${host.runtime}`));
  const made = element("section", { class: "pool-host", "aria-label": `Host ${host.name}` }, title);
  if (!host.seen) return made;
  for (const trouble of [host.error || host.refused, ...host.warnings]) {
    if (trouble) made.append(element("p", { class: "pool-trouble" }, trouble));
  }
  if (host.lastError && !host.error) {
    made.append(element("p", { class: "pool-past" }, `${seconds(Math.max(0, now - host.lastErrorAt))} ago: ${host.lastError}`));
  }
  made.append(element("p", { class: "pool-facts" }, facts(host)));
  const samples = (histories.get(host.name) ?? []).filter((one) => now - one[AT] <= HOUR_S);
  const pressures = ["cpu", "memory", "io"].map((what) => percent(host[`${what}Pressure`]));
  made.append(element("div", { class: "pool-charts" },
    chart("CPU", samples, now, `${host.cpuUsed.toFixed(1)} of ${host.cpus}`, CPU),
    chart("Memory", samples, now, `${size(host.memoryUsedBytes)} of ${size(host.memoryBytes)}`, MEMORY),
    chart("Disk", samples, now, host.diskBytes ? `${percent(1 - host.diskFreeBytes / host.diskBytes)} used` : "not seen", DISK),
    chart("CPU pressure", samples, now, pressures[0], CPU_PRESSURE),
    chart("Memory pressure", samples, now, pressures[1], MEMORY_PRESSURE),
    chart("I/O pressure", samples, now, pressures[2], IO_PRESSURE),
    chart("Sessions", samples, now, String(host.sessions), SESSIONS, { counts: true }),
    chart("Warm containers", samples, now, String(warmOf(host)), WARM, { counts: true })));
  return made;
}

const warmOf = (host) => Object.values(host.warm).reduce((sum, count) => sum + count, 0);

const HEADS = ["User", "Host", "CPU", "Memory", "Age", "Runs", "Why this host"];

function row(one) {
  const why = one.why.map((verdict) => `${verdict.host}: ${verdict.said}`);
  return element("tr", {},
    element("td", {}, one.user), element("td", {}, one.host),
    element("td", { class: "number" }, one.cpuUsed.toFixed(2)),
    element("td", { class: "number" }, size(one.memoryBytes)),
    element("td", { class: "number" }, one.age === null ? "" : seconds(one.age)),
    element("td", {}, one.runs.join(", ") || "idle"),
    element("td", { class: "why", title: why.join("\n") }, why[0] ?? ""));
}

function showSessions(sessions) {
  const wanted = filter.value.trim().toLowerCase();
  const fits = (one) => [one.user, one.host, ...one.runs].join(" ").toLowerCase().includes(wanted);
  const rows = sessions.filter(fits).map(row);
  const head = element("thead", {}, element("tr", {}, ...HEADS.map((name) => element("th", { scope: "col" }, name))));
  const none = element("tr", {}, element("td", { colspan: HEADS.length }, sessions.length ? "None fits." : "No session has a container."));
  document.getElementById("pool-sessions").replaceChildren(head, element("tbody", {}, ...(rows.length ? rows : [none])));
}

const WAITING_HEADS = ["User", "Place", "Waits for", "Why not"];

function waitingRow(one) {
  const why = one.why.map((verdict) => `${verdict.host}: ${verdict.said}`);
  return element("tr", {},
    element("td", {}, one.user),
    element("td", { class: "number" }, one.position ? String(one.position) : ""),
    element("td", { class: "number" }, seconds(one.age)),
    element("td", { class: "why", title: why.join("\n") }, one.reason ?? why[0] ?? ""));
}

function showWaiting(waiting) {
  document.getElementById("pool-waiting-part").hidden = waiting.length === 0;
  const head = element("thead", {}, element("tr", {}, ...WAITING_HEADS.map((name) => element("th", { scope: "col" }, name))));
  document.getElementById("pool-waiting").replaceChildren(head, element("tbody", {}, ...waiting.map(waitingRow)));
}

function show(found) {
  for (const host of found.hosts) {
    if (host.history.length) histories.set(host.name, host.history);
    else if (host.seen) add(host, found.at);
  }
  document.getElementById("pool-hosts").replaceChildren(...found.hosts.map((host) => card(host, found.at)));
  showSessions(found.sessions);
  showWaiting(found.waiting);
  const alive = found.hosts.filter((host) => host.state === "alive").length;
  news.textContent = !found.reachable ? "Redis is not up: nothing is known of the pool."
    : found.hosts.length ? `${alive} of ${counted(found.hosts.length, "host")} ${alive === 1 ? "takes" : "take"} sessions; ${counted(found.sessions.length, "session")} with a container${found.waiting.length ? `, ${found.waiting.length} waiting` : ""}.`
      : "There is no host yet: add one in the list of hosts.";
}

function add(host, at) {
  const samples = histories.get(host.name) ?? [];
  const portion = (used, whole) => (whole ? Math.min(1, used / whole) : 0);
  samples.push([at, portion(host.cpuUsed, host.cpus), portion(host.memoryUsedBytes, host.memoryBytes),
    host.cpuPressure, host.memoryPressure, host.ioPressure, portion(host.diskBytes - host.diskFreeBytes, host.diskBytes), host.sessions, warmOf(host)]);
  histories.set(host.name, samples);
}

async function look() {
  const wantsHistory = performance.now() - historyAt >= HISTORY_MS;
  try {
    const answer = await fetch(root.dataset.url + (wantsHistory ? "?history" : ""), { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(`the server says ${answer.status}; are you still signed in?`);
    last = await answer.json();
    if (wantsHistory) historyAt = performance.now();
    show(last);
  } catch (error) {
    news.textContent = `No figures: ${error.message}. Trying again.`;
  }
  clearTimeout(next);
  if (!document.hidden) next = setTimeout(look, FIGURES_MS);
}

filter.addEventListener("input", () => last && showSessions(last.sessions));
document.addEventListener("visibilitychange", () => document.hidden || look());
look();
