"use strict";
// Everything that the run says comes from the data as text, and goes into the page as text: nothing here makes markup of it.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const t = (number) => (number === undefined || number === null ? "" : data.texts[number]);
  const byId = (id) => document.getElementById(id);
  const contracts = data.contracts;
  const KEYS = ["actor", "verb", "class", "table", "verdict", "row", "words"];
  const SIGNS = { allowed: "●", hidden: "○", rejected: "⊘", refused: "□", violates: "◇", raised: "◇", held: "✓", broken: "▲", unjudged: "?" };
  const MEANT = {
    allowed: "it was done", hidden: "the rows are there, and none was seen or changed", rejected: "row security said no",
    refused: "a missing privilege said no", violates: "a constraint said no", raised: "a trigger or a function said no",
    broken: "not as the contract has it", unjudged: "could not be judged: nobody knows",
  };

  /** Makes an element; strings become text. */
  function el(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(properties || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key === "class") made.className = value;
      else if (key === "on") for (const [event, work] of Object.entries(value)) made.addEventListener(event, work);
      else if (key === "data") Object.assign(made.dataset, value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  // ---- What a contract says -------------------------------------------------------------------------------------------

  const attempt = (contract) => contract.tried && contract.tried.find((request) => request.role !== undefined);
  const control = (contract) => {
    const tried = attempt(contract);
    return tried && tried.control;
  };
  function happened(contract) {
    if (contract.verdict === "unjudged") return "unjudged";
    const tried = attempt(contract);
    if (contract.verdict === "broken" && contract.findings) return /^[a-z]+/.exec(t(contract.findings[0].observed))?.[0].replace(/^no$/, "hidden") || "otherwise";
    if (!tried) return contract.verdict;
    if (tried.outcome !== "done") return tried.outcome;
    return tried.count === 0 ? "hidden" : "allowed";
  }
  const signClass = (contract) => (contract.verdict === "held" ? happened(contract) : contract.verdict);
  function signWord(contract) {
    if (contract.verdict === "broken") return contract.cell ? `broken: ${happened(contract)}` : "broken";
    if (contract.verdict === "unjudged") return "not judged";
    return contract.cell ? happened(contract) : "held";
  }
  function sign(contract, tag, properties) {
    const kind = contract.cell ? signClass(contract) : contract.verdict;
    return el(tag, { ...properties, class: `sign ${kind}` }, el("i", { "aria-hidden": "true" }, SIGNS[kind] || "·"), signWord(contract));
  }
  const does = (verb) => (verb.startsWith("into ") ? `move ${verb}` : verb);
  function sentence(contract) {
    const cell = contract.cell;
    const [verb, ...into] = t(cell.verb).split(" ");
    const rows = `rows “${t(cell.class)}” of ${t(cell.table)}`;
    return `May ${t(cell.actor)} ${into.length ? "move" : verb} ${rows}${into.length ? ` into “${into.join(" ")}”` : ""}?`;
  }
  function answer(contract) {
    const tried = attempt(contract);
    if (contract.verdict === "unjudged") return `Nobody knows: ${t(contract.fault.why)}.`;
    const words = happened(contract);
    if (contract.verdict === "broken") {
      const found = contract.findings[0];
      return `${words === "allowed" ? "Yes, and that is wrong" : "Otherwise than it should be"}: expected ${t(found.expected)}; observed ${t(found.observed)}.`;
    }
    if (words === "allowed") return `Yes, as the contract has it: ${plural(tried.count, "row")}.`;
    const why = { hidden: "the rows are there, and none was seen or changed", rejected: "row security rejected it", refused: "the role lacks the privilege" }[words];
    return `No: ${why || t(tried.error && tried.error[1]) || words} (${words}).`;
  }
  function proof(contract) {
    const it = control(contract);
    if (!it) return contract.verdict === "held" && happened(contract) === "allowed" ? "It was done in this run." : "";
    if (!it.reached) return "Nobody could show that the statement does anything.";
    return `The denial is real: ${t(it.reached[0])} sent the very same statement and it reached ${plural(it.reached[1], "row")}.`;
  }

  // ---- Tables, with their actors, classes and verbs -------------------------------------------------------------------

  const known = new Map(data.tables.map((table) => [t(table.name), table]));
  const blocks = new Map();
  const files = new Map();
  contracts.forEach((contract, at) => {
    contract.at = at;
    if (!contract.cell) {
      const file = t(contract.file);
      if (!files.has(file)) files.set(file, []);
      files.get(file).push(contract);
      return;
    }
    const cell = contract.cell;
    const key = `${t(cell.table)}\n${t(contract.file)}`;
    if (!blocks.has(key)) {
      blocks.set(key, { table: t(cell.table), file: t(contract.file), actors: [], columns: [], rows: new Map(), cells: new Map(), all: [] });
    }
    const block = blocks.get(key);
    const [actor, column] = [t(cell.actor), `${t(cell.class)}\n${t(cell.verb)}`];
    if (!block.rows.has(actor)) block.rows.set(actor, block.actors.push(actor) - 1);
    if (!block.cells.has(column)) {
      block.cells.set(column, new Map());
      block.columns.push({ key: column, class: t(cell.class), verb: t(cell.verb), rows: t(cell.rows) });
    }
    block.cells.get(column).set(actor, contract);
    block.all.push(contract);
  });
  const classes = (block) => [...new Set(block.columns.map((column) => column.class))];
  for (const block of blocks.values()) {
    const order = classes(block);
    block.columns.sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class));
  }
  const named = new Map(contracts.map((contract) => [t(contract.name), contract]));

  // ---- State: what the address says -----------------------------------------------------------------------------------

  const form = byId("filters");
  const state = Object.fromEntries(KEYS.map((key) => [key, ""]));
  let opened = null;
  let matches = contracts.map(() => true);
  function address(contract) {
    const parts = new URLSearchParams();
    for (const key of KEYS) if (state[key]) parts.set(key, state[key]);
    if (contract) parts.set("cell", t(contract.name));
    return `#${parts}`;
  }
  function note() {
    try { history.replaceState(null, "", address(opened)); } catch { location.hash = address(opened); }
  }
  function heed() {
    const parts = new URLSearchParams(location.hash.slice(1));
    for (const key of KEYS) state[key] = parts.get(key) || "";
    for (const key of KEYS) form.elements[key].value = state[key];
    filter();
    const wanted = named.get(parts.get("cell"));
    if (wanted) open(wanted, null); else close();
  }
  const isFiltered = () => KEYS.some((key) => state[key]);
  function fits(contract) {
    const cell = contract.cell;
    for (const key of ["actor", "verb", "class", "table"]) if (state[key] && (!cell || t(cell[key]) !== state[key])) return false;
    if (state.verdict === "red" ? contract.verdict === "held" : state.verdict && contract.verdict !== state.verdict) return false;
    if (state.row && !(contract.attests || []).some((row) => t(row) === state.row)) return false;
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    const text = words.length ? `${t(contract.name)} ${t(contract.place)}`.toLowerCase() : "";
    return words.every((word) => text.includes(word));
  }
  function filter() {
    matches = contracts.map(fits);
    const count = matches.filter(Boolean).length;
    byId("count").textContent = isFiltered() ? `${count} of ${plural(contracts.length, "contract")}` : `all ${plural(contracts.length, "contract")}`;
    form.classList.toggle("used", isFiltered());
    for (const block of blocks.values()) shade(block);
    showOverview();
    showFiles();
    showAnswer();
  }
  function set(changes) {
    for (const key of KEYS) if (key in changes) form.elements[key].value = state[key] = changes[key];
    filter();
    note();
  }

  // ---- The first screen -----------------------------------------------------------------------------------------------

  function showHead() {
    const [planned, held, broken, unjudged] = data.tally;
    const missing = planned - held - broken - unjudged;
    const word = broken ? "broken" : unjudged || missing || !planned ? "unjudged" : "held";
    const says = { broken: `Broken: ${plural(broken, "contract")} of ${planned}`, unjudged: planned ? "Could not be judged" : "Nothing was run", held: `Held: all ${plural(planned, "contract")}` };
    byId("verdict").className = word;
    byId("verdict").textContent = `${SIGNS[word]} ${says[word]}`;
    const cells = contracts.filter((contract) => contract.cell).length;
    byId("sum").textContent = `${SIGNS.held} ${held} held · ${SIGNS.broken} ${broken} broken · ${SIGNS.unjudged} ${unjudged} could not be judged${cells ? ` · ${cells} are cells of a matrix, over ${plural(known.size || blocks.size, "table")}` : ""}`;
    const about = data.about;
    const parts = [`pgattest ${t(about.pgattest)}`, `PostgreSQL ${t(about.postgres)} ${t(about.place)}`, plural(about.migrations, "migration"), `new tables are ${t(about.exposure)} to the API`, `${(data.time_ms / 1000).toFixed(2)} s`];
    byId("about").textContent = parts.join(" · ");
    const more = [...about.stubs.map(([name, says]) => `stub ${t(name)}: ${t(says)}`), ...about.imitations.map((name) => `imitated: ${t(name)}`), ...about.remarks.map(t)];
    if (more.length) byId("about").after(el("details", { class: "soft" }, el("summary", {}, `${plural(more.length, "remark")} about this server`), el("ul", {}, more.map((text) => el("li", {}, text)))));
  }
  const RED = 12;
  function line(contract) {
    const text = contract.cell ? sentence(contract) : t(contract.name);
    const found = contract.findings && contract.findings[0];
    const why = found ? `expected ${t(found.expected)}; observed ${t(found.observed)}` : contract.fault ? t(contract.fault.why) : "";
    return el("li", {}, sign(contract, "span"), el("button", { class: "link", type: "button", data: { at: contract.at } }, text), " ", el("small", {}, why ? ` ${why} · ` : " ", t(contract.place)));
  }
  function showRed() {
    const red = contracts.filter((contract) => contract.verdict !== "held");
    if (!red.length) return;
    red.sort((a, b) => (a.verdict < b.verdict ? -1 : a.verdict > b.verdict ? 1 : a.at - b.at));
    byId("red").hidden = false;
    byId("red-title").textContent = "What is not in order";
    const list = byId("red").querySelector("ul");
    list.append(...red.slice(0, RED).map(line));
    if (red.length > RED) {
      const all = (event) => { event.target.closest("li").remove(); list.append(...red.slice(RED).map(line)); };
      list.append(el("li", { id: "more-red" }, el("button", { class: "link", type: "button", on: { click: all } }, `and ${red.length - RED} more`)));
    }
  }
  function reach(block, actor) {
    const lines = new Map();
    const bad = { broken: 0, unjudged: 0 };
    let count = 0;
    for (const column of block.columns) {
      const contract = block.cells.get(column.key).get(actor);
      if (!contract) continue;
      if (contract.verdict !== "held") bad[contract.verdict] += 1;
      if (happened(contract) !== "allowed") continue;
      count += 1;
      if (!lines.has(column.class)) lines.set(column.class, []);
      lines.get(column.class).push(column.verb);
    }
    const total = block.columns.filter((column) => block.cells.get(column.key).has(actor)).length;
    const grouped = new Map();
    for (const [name, verbs] of lines) grouped.set(verbs.join(" "), [...(grouped.get(verbs.join(" ")) || []), name]);
    return { grouped, bad, isAll: total > 0 && count === total, isNone: count === 0, total };
  }
  function showOverview() {
    if (!blocks.size) return;
    byId("who").hidden = false;
    byId("matrix").hidden = false;
    const shown = [...blocks.values()].filter((block) => !state.table || block.table === state.table);
    const actors = [...new Set(shown.flatMap((block) => block.actors))].filter((actor) => !state.actor || actor === state.actor);
    const head = el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "table"), actors.map((actor) => el("th", { scope: "col" }, actor))));
    const body = el("tbody");
    for (const block of shown) {
      const row = el("tr", {}, el("th", { scope: "row" }, el("button", { class: "link", type: "button", data: { table: block.table } }, block.table)));
      for (const actor of actors) row.append(overviewCell(block, actor));
      body.append(row);
    }
    byId("overview").replaceChildren(el("caption", { class: "gone" }, "Who may do what with which table"), head, body);
  }
  function overviewCell(block, actor) {
    const { grouped, bad, isAll, isNone, total } = reach(block, actor);
    if (!total) return el("td", { class: "none" }, "not tried");
    const go = (kind, ...words) => el("div", {}, el("button", { class: `link ${kind}`, type: "button", data: { table: block.table, actor } }, ...words));
    const lines = isAll ? [go("open", `${SIGNS.allowed} everything`)]
      : isNone ? [go("", `${SIGNS.hidden} nothing`)]
      : [...grouped].map(([verbs, names]) => go("open", `${SIGNS.allowed} `, el("b", { title: names.join(", ") }, names.length > 2 ? `${names.length} of ${classes(block).length} classes of rows` : names.join(", ")), `: ${verbs.replaceAll(" ", ", ").replaceAll("into, ", "into ")}`));
    for (const word of ["broken", "unjudged"]) {
      if (bad[word]) lines.push(el("div", { class: `flag ${word}` }, `${SIGNS[word]} ${bad[word]} ${word === "broken" ? "broken" : "not judged"}`));
    }
    return el("td", { class: isNone ? "none" : "" }, lines);
  }
  function showLegend() {
    for (const word of ["allowed", "hidden", "rejected", "refused", "violates", "broken", "unjudged"]) {
      const name = word === "unjudged" ? "not judged" : word;
      byId("legend").append(el("li", {}, el("span", { class: `sign ${word}` }, el("i", { "aria-hidden": "true" }, SIGNS[word]), name), ` ${MEANT[word]}`));
    }
  }

  // ---- The matrix: a grid for each table, made when it comes near the window ------------------------------------------

  const seen = "IntersectionObserver" in window ? new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) build(entry.target.block);
  }, { rootMargin: "600px" }) : null;
  function showTables() {
    for (const block of blocks.values()) {
      const table = known.get(block.table);
      const title = el("h3", {}, block.table);
      const head = el("div", { class: "head" }, title, el("span", { class: "soft" }, [table && t(table.security), table && plural(table.policies.length, "policy").replace("policys", "policies"), block.file].filter(Boolean).join(" · ")));
      block.hole = el("div", { class: "scroll" });
      block.hole.style.minHeight = `${3 + 1.9 * block.actors.length}rem`;
      block.section = el("section", { class: "block" }, head, block.hole);
      block.section.block = block;
      byId("tables").append(block.section);
      if (seen) seen.observe(block.section); else build(block);
    }
  }
  function build(block) {
    if (block.grid) return;
    if (seen) seen.unobserve(block.section);
    const names = classes(block);
    const top = el("tr", {}, el("th", { scope: "col", rowspan: 2 }, "actor"), names.map((name) => {
      const columns = block.columns.filter((column) => column.class === name);
      return el("th", { scope: "colgroup", colspan: columns.length, class: "first" }, `rows “${name}”`, el("small", { title: columns[0].rows }, columns[0].rows));
    }));
    const isFirst = (column, at) => at === 0 || block.columns[at - 1].class !== column.class;
    const verbs = el("tr", {}, block.columns.map((column, at) => el("th", { scope: "col", class: isFirst(column, at) ? "first" : "" }, column.verb)));
    const body = el("tbody");
    for (const actor of block.actors) {
      const row = el("tr", {}, el("th", { scope: "row" }, actor));
      block.columns.forEach((column, at) => {
        const contract = block.cells.get(column.key).get(actor);
        const label = contract && `${actor}, ${column.verb}, rows ${column.class}: ${signWord(contract)}, ${contract.verdict === "unjudged" ? "could not be judged" : contract.verdict}`;
        const button = contract && sign(contract, "button", { type: "button", tabindex: "-1", "aria-label": label, data: { at: contract.at } });
        row.append(el("td", { role: "gridcell", class: isFirst(column, at) ? "first" : "" }, button));
      });
      body.append(row);
    }
    block.grid = el("table", { class: "grid", role: "grid", "aria-label": `Who may do what with ${block.table}` }, el("thead", {}, top, verbs), body);
    block.hole.replaceChildren(block.grid);
    block.hole.style.minHeight = "";
    block.grid.querySelector("button")?.setAttribute("tabindex", "0");
    shade(block);
  }
  function shade(block) {
    const some = block.all.some((contract) => matches[contract.at]);
    block.section.classList.toggle("gone", !some);
    if (!block.grid || !some) return;
    for (const row of block.grid.tBodies[0].rows) {
      let any = false;
      for (const cell of row.cells) {
        const button = cell.firstElementChild;
        if (cell.tagName !== "TD" || !button) continue;
        const fits = matches[button.dataset.at];
        cell.classList.toggle("out", !fits);
        any ||= fits;
      }
      row.classList.toggle("gone", !any);
    }
    const at = block.grid.querySelector("button[tabindex='0']");
    if (!at || at.closest(".gone, .out")) rove(block, block.grid.querySelector("tr:not(.gone) > td:not(.out) > button"));
  }
  function rove(block, button) {
    if (!button) return;
    block.grid.querySelectorAll("button[tabindex='0']").forEach((other) => other.setAttribute("tabindex", "-1"));
    button.setAttribute("tabindex", "0");
  }
  const rowsOf = (block) => [...block.grid.tBodies[0].rows].filter((row) => !row.classList.contains("gone"));
  function neighbour(block, way) {
    const all = [...blocks.values()].filter((it) => !it.section.classList.contains("gone"));
    const next = all[all.indexOf(block) + way];
    if (next) build(next);
    return next;
  }
  function step(event) {
    const button = event.target.closest(".grid button");
    if (!button || event.altKey || event.metaKey) return;
    const block = button.closest(".block").block;
    const rows = rowsOf(block);
    const [row, column] = [rows.indexOf(button.closest("tr")), button.parentElement.cellIndex];
    const last = rows[0].cells.length - 1;
    const cellAt = (it, at, where) => {
      const lines = it && rowsOf(it);
      const line = lines && lines.at(at);
      return line && line.cells[Math.min(where, line.cells.length - 1)];
    };
    const inside = (at, where) => (at >= 0 && at < rows.length && where >= 1 && where <= last ? rows[at].cells[where] : null);
    const target = {
      ArrowRight: () => inside(row, column + 1), ArrowLeft: () => inside(row, column - 1),
      ArrowDown: () => inside(row + 1, column) || cellAt(neighbour(block, 1), 0, column),
      ArrowUp: () => inside(row - 1, column) || cellAt(neighbour(block, -1), -1, column),
      Home: () => inside(event.ctrlKey ? 0 : row, 1), End: () => inside(event.ctrlKey ? rows.length - 1 : row, last),
      PageDown: () => cellAt(neighbour(block, 1), 0, column), PageUp: () => cellAt(neighbour(block, -1), 0, column),
    }[event.key];
    if (!target) return;
    event.preventDefault();
    const next = target()?.querySelector("button");
    if (!next) return;
    rove(next.closest(".block").block, next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // ---- The other contracts --------------------------------------------------------------------------------------------

  const FEW = 40;
  function showFiles() {
    byId("others").hidden = !files.size;
    const parts = [];
    for (const [file, all] of files) {
      const list = all.filter((contract) => matches[contract.at]);
      if (!list.length) continue;
      const bad = list.filter((contract) => contract.verdict !== "held").length;
      const body = el("ul", { class: "list" });
      const fill = () => { if (!body.firstChild) body.append(...list.map(line)); };
      const count = bad ? `${SIGNS.broken} ${bad} of ${list.length} not in order` : `${SIGNS.held} ${list.length} held`;
      const isOpen = isFiltered() && list.length <= FEW && matches.filter(Boolean).length <= FEW;
      const part = el("details", { open: isOpen, on: { toggle: fill } }, el("summary", {}, file, " ", el("span", { class: bad ? "flag broken" : "soft" }, count)), body);
      part.fill = fill;
      if (isOpen) fill();
      parts.push(part);
    }
    byId("files").replaceChildren(...parts);
    byId("others").hidden = !parts.length;
  }
  const ANSWERS = 16;
  function showAnswer() {
    const box = byId("answer");
    const list = contracts.filter((contract) => contract.cell && matches[contract.at]);
    const asked = ["actor", "verb", "class", "table"].filter((key) => state[key]).length;
    box.hidden = asked < 2 || !list.length || list.length > ANSWERS;
    if (box.hidden) return;
    box.replaceChildren(...list.map((contract) => el("div", {},
      el("p", { class: "big" }, sign(contract, "span"), " ", sentence(contract)),
      el("p", {}, answer(contract), " ", proof(contract), " ", el("small", { class: "soft" }, `“${t(contract.cell.class)}” is ${t(contract.cell.rows)}`), " ", el("button", { class: "link", type: "button", data: { at: contract.at } }, "how do we know?")))));
  }

  // ---- One contract, in full ------------------------------------------------------------------------------------------

  const detail = byId("detail");
  let opener = null;
  function open(contract, from) {
    if (from) opener = from;
    opened = contract;
    const title = contract.cell ? sentence(contract) : t(contract.name);
    detail.replaceChildren(
      el("button", { class: "close", type: "button", on: { click: shut } }, "close (Esc)"),
      el("h2", { id: "detail-title", tabindex: "-1" }, title),
      el("p", {}, sign(contract, "span"), contract.verdict === "held" ? ` ${SIGNS.held} held` : ""),
      ...(contract.cell ? [el("p", { class: "answer" }, answer(contract))] : []),
      ...(contract.cell && proof(contract) ? [el("p", {}, el("b", {}, "How we know. "), proof(contract))] : []),
      ...outcomePart(contract), ...requestsPart(contract), ...policiesPart(contract), ...wherePart(contract));
    detail.hidden = false;
    detail.scrollTop = 0;
    document.body.classList.add("open");
    document.querySelectorAll(".sign.current").forEach((it) => it.classList.remove("current"));
    document.querySelectorAll(`.grid button[data-at="${contract.at}"]`).forEach((it) => it.classList.add("current"));
    note();
    byId("detail-title").focus({ preventScroll: true });
  }
  function close() {
    if (detail.hidden) return;
    detail.hidden = true;
    detail.replaceChildren();
    opened = null;
    document.body.classList.remove("open");
    document.querySelectorAll(".sign.current").forEach((it) => it.classList.remove("current"));
  }
  function shut() {
    const at = opened && opened.at;
    close();
    note();
    const back = opener && opener.isConnected ? opener : document.querySelector(`.grid button[data-at="${at}"]`);
    opener = null;
    back?.focus();
  }
  const pair = (word, ...value) => [el("dt", {}, word), el("dd", { class: "say" }, ...value)];
  function outcomePart(contract) {
    const parts = [];
    const list = el("dl");
    if (contract.cell) list.append(...pair("expected", t(contract.cell.expected)));
    for (const found of contract.findings || []) {
      list.append(...(contract.cell ? [] : pair("expected", t(found.expected))), ...pair("observed", t(found.observed)), ...pair("rule", `${t(found.rule)}: ${t(found.summary)}`));
      if (found.place !== null) list.append(...pair("at", t(found.place)));
    }
    const tried = attempt(contract);
    if (contract.cell && contract.verdict === "held" && tried) {
      list.append(...pair("observed", tried.outcome === "done" ? (tried.count ? `allowed, ${plural(tried.count, "row")}` : "hidden: no row, though it is there") : `${tried.outcome}: ${t(tried.error && tried.error[1])}`));
    }
    if (contract.fault) {
      list.append(...pair("because", t(contract.fault.why)));
      for (const text of contract.fault.notes) list.append(...pair("note", t(text)));
      if (contract.fault.help !== null) list.append(...pair("help", t(contract.fault.help)));
    }
    for (const [kind, name, says] of contract.circumstances || []) list.append(...pair(t(kind), `${t(name)}  ${t(says)}`));
    for (const text of contract.notes || []) list.append(...pair("note", t(text)));
    for (const text of contract.stubs || []) list.append(...pair("stub", `${t(text)}: what is said of it is said of something that does nothing real`));
    if (list.firstChild) parts.push(el("h3", {}, "Expected and observed"), list);
    for (const found of contract.findings || []) if (found.difference !== undefined) parts.push(el("pre", {}, t(found.difference)));
    return parts;
  }
  function label(contract, request) {
    if (!contract.cell || request.role === undefined) return `${t(request.who)} sends`;
    return request === attempt(contract) ? `${t(request.who)} tries` : `${t(request.who)} tries once more, without a condition, so that no policy for reading is asked`;
  }
  function pretty(text) {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  }
  function requestPart(contract, request) {
    const parts = [el("p", {}, el("b", {}, `${label(contract, request)}: `), ended(request), beside(contract, request)), el("pre", {}, t(request.sent))];
    const it = request.control;
    if (it) {
      const reached = it.reached ? `${t(it.reached[0])} sent the same and reached ${plural(it.reached[1], "row")}` : "nobody could do the same";
      parts.push(el("p", { class: "control" }, el("b", {}, "Control: "), reached, it.failed.length ? `; could not: ${it.failed.map(([who, why]) => `${t(who)} (${t(why)})`).join(", ")}` : "", "."));
    }
    return parts;
  }
  /** A change without a condition meets other rows as well; where the contract held, it met none of these. */
  function beside(contract, request) {
    const isBlind = contract.cell && contract.verdict === "held" && request.role !== undefined && request !== attempt(contract);
    return isBlind && request.count ? `, none of them “${t(contract.cell.class)}”` : "";
  }
  function ended(request) {
    const error = request.error ? `: ${t(request.error[1])}${t(request.error[0]) ? ` (SQLSTATE ${t(request.error[0])})` : ""}` : "";
    return request.outcome === "done" ? `done, ${plural(request.count, "row")}` : `${request.outcome}${error}`;
  }
  function requestsPart(contract) {
    const tried = [...(contract.given || []), ...(contract.tried || [])].filter((request) => t(request.sent));
    if (!tried.length) return [];
    const parts = [];
    const actor = attempt(contract);
    if (actor) {
      parts.push(el("h3", {}, "Who acts"), el("dl", {}, pair("actor", t(actor.who)), pair("role", t(actor.role))));
      parts.push(el("p", {}, "Claims of the token:"), el("pre", { class: "claims" }, actor.claims === undefined ? "none: there is no token" : pretty(t(actor.claims))));
      const settings = (actor.settings || []).map(([name, value]) => `${t(name)} = ${t(value)}`).join("\n");
      parts.push(el("details", {}, el("summary", {}, "settings, and the SQL that makes a connection theirs"), settings ? el("pre", {}, settings) : null, actor.setup !== undefined ? el("pre", {}, t(actor.setup)) : null));
    }
    parts.push(el("h3", {}, "What was sent"), ...tried.flatMap((request) => requestPart(contract, request)));
    if (contract.psql !== undefined) parts.push(el("details", {}, el("summary", {}, "all of it, to paste into psql"), el("pre", {}, t(contract.psql))));
    return parts;
  }
  function policiesPart(contract) {
    const table = contract.cell && known.get(t(contract.cell.table));
    if (!table) return [];
    const verb = t(contract.cell.verb).split(" ")[0].replace("into", "update");
    const role = t(attempt(contract)?.role);
    const asked = verb === "update" || verb === "delete" ? [verb, "select", "all"] : [verb, "all"];
    const applies = (policy) => asked.includes(t(policy.verb)) && policy.roles.some((it) => t(it) === "public" || t(it) === role);
    const show = (policy) => el("div", { class: `policy${applies(policy) ? " applies" : ""}` },
      el("b", {}, t(policy.name)), ` for ${t(policy.verb)} to ${policy.roles.map(t).join(", ")}`,
      el("pre", {}, t(policy.says)),
      el("p", { class: "soft" }, policy.place === undefined ? "no statement of a migration writes it out" : t(policy.place)),
      policy.source === undefined ? null : el("details", {}, el("summary", {}, "as the migration writes it"), el("pre", {}, t(policy.source))));
    const [here, elsewhere] = [table.policies.filter(applies), table.policies.filter((policy) => !applies(policy))];
    const privileges = table.privileges.map(([name, words]) => `${t(name)}: ${t(words)}`).join("\n") || "none for the roles of the API";
    return [
      el("h3", {}, `Policies that have a say in ${does(t(contract.cell.verb))} by ${role || "this role"}`),
      el("p", { class: "soft" }, `${t(table.name)}: ${t(table.security)}.`),
      ...(here.length ? here.map(show) : [el("p", {}, "None. Where row security is on, what no policy allows is denied.")]),
      elsewhere.length ? el("details", {}, el("summary", {}, `the other ${elsewhere.length === 1 ? "policy" : `${elsewhere.length} policies`} of this table`), elsewhere.map(show)) : null,
      el("h3", {}, "Privileges on the table"), el("pre", {}, privileges),
    ].filter(Boolean);
  }
  function wherePart(contract) {
    const again = `pgattest run '${t(contract.name).replaceAll("'", "'\\''")}'`;
    const rows = (contract.attests || []).map(t).join(", ");
    return [el("h3", {}, "Where it stands"), el("dl", {},
      pair("contract", t(contract.place)), contract.cell ? pair("rows", `${t(contract.cell.class)}: ${t(contract.cell.rows)}`) : [],
      rows ? pair("attests", rows) : [], pair("again", el("code", {}, again)),
      pair("link", el("a", { href: address(contract) }, "this contract, in this page")), pair("took", `${contract.time_ms.toFixed(1)} ms`))];
  }

  // ---- Filters, keys, paper -------------------------------------------------------------------------------------------

  function options(name, values, any) {
    const select = form.elements[name];
    select.append(el("option", { value: "" }, any), ...values.map(([value, text]) => el("option", { value }, text)));
  }
  function distinct(of) {
    return [...new Set(contracts.flatMap(of))].map((text) => [text, text]);
  }
  function showFilters() {
    for (const [key, any] of [["actor", "anybody"], ["verb", "anything"], ["class", "any rows"], ["table", "any table"]]) {
      options(key, distinct((contract) => (contract.cell ? [t(contract.cell[key])] : [])), any);
    }
    options("verdict", [["red", "not in order"], ["broken", "broken"], ["unjudged", "not judged"], ["held", "held"]], "any");
    const rows = distinct((contract) => (contract.attests || []).map(t));
    options("row", rows.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })), "any");
    if (!blocks.size) form.querySelector("fieldset").hidden = true;
    form.addEventListener("input", () => {
      for (const key of KEYS) state[key] = form.elements[key].value;
      filter();
      note();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      set(Object.fromEntries(KEYS.map((key) => [key, ""])));
    });
  }
  function listen() {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-at], button[data-table]");
      if (!button) return;
      if (button.dataset.at) return open(contracts[button.dataset.at], button);
      set({ table: button.dataset.table, actor: button.dataset.actor || "" });
      byId("matrix").scrollIntoView();
      for (const block of blocks.values()) {
        if (block.table !== button.dataset.table) continue;
        build(block);
        block.grid.querySelector("button[tabindex='0']")?.focus({ preventScroll: true });
      }
    });
    byId("tables").addEventListener("keydown", step);
    byId("tables").addEventListener("focusin", (event) => {
      const button = event.target.closest(".grid button");
      if (button) rove(button.closest(".block").block, button);
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !detail.hidden) shut(); });
    document.querySelector("[data-skip]").addEventListener("click", (event) => {
      event.preventDefault();
      (document.querySelector(".grid button[tabindex='0']") || byId("others")).focus();
    });
    addEventListener("hashchange", heed);
    addEventListener("beforeprint", () => {
      for (const block of blocks.values()) build(block);
      byId("more-red")?.querySelector("button").click();
      for (const part of byId("files").children) { part.fill(); part.open = true; }
    });
  }

  showHead();
  showFilters();
  showRed();
  showLegend();
  showTables();
  listen();
  heed();
})();
