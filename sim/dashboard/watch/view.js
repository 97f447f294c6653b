// The page around the pictures: buttons, headlines, words, and the talk with Python. Appended to canvas.js.

const BETWEEN = 33; // milliseconds from paint to paint while things move between two pictures
const MANY = 500; // people
const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50, 100];

const ICONS = {
  person: `<circle cx="7" cy="9" r="5" fill="${DARK}"/><circle cx="18" cy="9" r="5" fill="#a89053"/><circle cx="29" cy="9" r="5" fill="${LIGHT}"/>`,
  halo: `<circle cx="18" cy="9" r="9" fill="#fde3a0"/><circle cx="18" cy="9" r="4" fill="${LIGHT}"/>`,
  ring: `<circle cx="10" cy="9" r="5.5" fill="${LIGHT}" stroke="${RINGS[0]}" stroke-width="2.5"/><circle cx="26" cy="9" r="5.5" fill="${LIGHT}" stroke="${RINGS[1]}" stroke-width="2.5"/>`,
  tie: `<path d="M3 13 Q18 0 33 13" fill="none" stroke="#8796a3" stroke-width="1.2"/>`,
  outside: `<path d="M3 9h22" stroke="#d9a21b" stroke-width="3" stroke-dasharray="3 3"/><path d="M30 4l5 5-5 5-5-5z" fill="${LIGHT}"/>`,
  team: `<circle cx="18" cy="9" r="7" fill="none" stroke="#e0ddd3" stroke-width="3"/><path d="M18 2a7 7 0 1 1-7 7" fill="none" stroke="${ACTION}" stroke-width="3"/>`,
  strip: `<rect x="2" y="5" width="7" height="8" fill="${PLUS}"/><rect x="10" y="5" width="7" height="8" fill="${MINUS}"/><rect x="18" y="5" width="7" height="8" fill="${MINUS}"/><rect x="26" y="5" width="7" height="8" fill="${PLUS}"/>`,
  framed: `<rect x="2" y="5" width="7" height="8" fill="${PLUS}"/><rect x="10" y="5" width="7" height="8" fill="${MINUS}" stroke="${INK}" stroke-width="1.6"/><rect x="18" y="5" width="7" height="8" fill="${MINUS}"/><rect x="26" y="5" width="7" height="8" fill="${PLUS}"/>`,
  card: `<rect x="2" y="1.5" width="32" height="15" rx="3" fill="#fff" stroke="${RINGS[3]}"/><rect x="6" y="5" width="15" height="3" fill="${PLUS}"/><rect x="6" y="10" width="15" height="3" fill="${MINUS}"/><rect x="24" y="5" width="7" height="3" fill="${INK}"/><rect x="24" y="10" width="4" height="3" fill="#8d99a3"/>`,
  idea: `<path d="M4 9h16" stroke="${RINGS[1]}" stroke-width="2" opacity=".5"/><rect x="19" y="5.5" width="13" height="7" rx="2" fill="${RINGS[1]}"/>`,
  newcomer: `<circle cx="18" cy="9" r="4" fill="#a89053"/><circle cx="18" cy="9" r="7.5" fill="none" stroke="${INK}" stroke-dasharray="2 2"/>`,
  lamp: `<circle cx="10" cy="9" r="6" fill="${LIGHT}"/><circle cx="27" cy="9" r="5" fill="${DARK}"/><circle cx="27" cy="9" r="7.5" fill="none" stroke="${INK}" stroke-width="1.6"/>`,
  triangle: `<path d="M18 2l10 14H8z" fill="none" stroke="#9a988f"/><circle cx="18" cy="10" r="3" fill="none" stroke="${INK}" stroke-width="1.6"/>`,
};

const LEGEND = [
  ["person", "A person: the lighter, the more of the latest news heard"],
  ["halo", "Glow: has heard of the latest change in the world"],
  ["ring", "Ring and letter: the person's community"],
  ["newcomer", "Dashed circle: joined this week"],
  ["tie", "Thin line: one person follows another"],
  ["outside", "Golden line: meetings with outsiders; thicker is more"],
  ["team", "A team: a full green circle is the best practice possible"],
  ["strip", "A practice: a square per aspect, two ways to do it"],
  ["framed", "Framed: new this week, in a team or a community"],
  ["card", "What a community knows; bars: how good it seems"],
  ["idea", "An idea on its way: person to community to team"],
  ["lamp", "A lamp per aspect: who has heard; circle: just changed"],
  ["triangle", "The week's split: a dot per person, the ring is the mean"],
];

const KEYS = "Keys: <b>space</b> play, <b>← →</b> step, <b>Home</b> restart, <b>+ −</b> speed, <b>P T C</b> next person, team, community, <b>Esc</b> clear selection";

// --- building the page -----------------------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "html") made.innerHTML = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const PATHS = {
  restart: "M6 5h2v14H6zM19 5v14L9 12z",
  back: "M17 5v14L8 12z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM14 5h4v14h-4z",
  forward: "M7 5v14l9-7z",
};
const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
const sign = (name) => `<svg width="36" height="18" viewBox="0 0 36 18" aria-hidden="true">${ICONS[name]}</svg>`;

function tile({ name, unit, about }) {
  return element("div", { class: "tw-tile", title: about },
    element("div", { class: "tw-name" }, name),
    element("div", { class: "tw-line" },
      element("span", { class: "tw-value" }, "–"),
      element("span", { class: "tw-unit" }, unit),
      element("canvas", { class: "tw-curve", "aria-hidden": "true" })));
}

function button(name, label, act) {
  return element("button", { class: `tw-button tw-${name}`, type: "button", "aria-label": label, title: label, html: icon(name), onclick: act });
}

// --- the widget ------------------------------------------------------------------------------------------------------

class Watch {
  constructor(model, el) {
    this.model = model;
    this.asked = 0; // commands sent
    this.floor = 0; // pictures from before this command are out of date
    this.playing = false;
    this.dragging = false;
    this.picked = null;
    this.frame = null; // drawn last
    this.arrived = null; // to be drawn next; a later one takes its place
    this.drawn = 0; // pictures drawn
    this.cost = 0; // milliseconds that painting takes
    this.build(el);
    this.begin();
  }

  build(el) {
    this.canvas = element("canvas", { class: "tw-canvas", role: "img", "aria-label": "The organisation" });
    this.hint = element("div", { class: "tw-hint", hidden: "" });
    this.week = element("div", { class: "tw-week" });
    this.news = element("div", { class: "tw-news", role: "status" });
    this.wait = element("div", { class: "tw-wait" }, "Getting the organisation ready … (the very first time takes about half a minute)");
    this.tiles = TILES.map(tile);
    this.triangle = element("canvas", { class: "tw-triangle", role: "img" });
    this.lamps = element("canvas", { class: "tw-lamps", role: "img" });
    this.words = element("div", { class: "tw-words", "aria-live": "off", role: "region", "aria-label": "Legend and details", tabindex: "0" });
    const outside = element("div", { class: "tw-outside" }, "the world outside");
    this.stageBox = element("div", { class: "tw-stage" }, this.canvas, this.week, this.news, outside, this.hint, this.wait);
    const small = (title, about, canvas) => element("div", { class: "tw-small", title: about }, element("div", { class: "tw-name" }, title), canvas);
    this.root = element("div", { class: "tw-root", tabindex: "-1" },
      element("div", { class: "tw-left" }, this.stageBox, this.buildBar()),
      element("div", { class: "tw-right" },
        element("div", { class: "tw-tiles" }, ...this.tiles),
        element("div", { class: "tw-pair" },
          small("Where time goes", "Each dot is a person; the nearer to a corner, the more time goes there.", this.triangle),
          small("News, by aspect", "A lamp for each aspect of the work: light if everybody has heard the latest.", this.lamps)),
        this.words));
    this.root.watch = this; // for tests and for the curious
    el.append(this.root);
    this.font = getComputedStyle(this.root).fontFamily || "sans-serif";
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => (this.hint.hidden = true));
    this.tellWords(null);
  }

  buildBar() {
    this.toggle = button("play", "Play (space)", () => this.playOrPause());
    this.slider = element("input", { class: "tw-slider", type: "range", min: 0, max: 1, value: 0, "aria-label": "Week" });
    this.slider.addEventListener("pointerdown", () => (this.dragging = true));
    this.slider.addEventListener("input", () => this.jump(Number(this.slider.value)));
    this.slider.addEventListener("change", () => (this.dragging = false));
    this.speed = element("select", { class: "tw-speed", "aria-label": "Speed, in weeks a second" },
      ...SPEEDS.map((speed) => element("option", { value: speed }, `${speed === 0.5 ? "½" : speed} week${speed > 1 ? "s" : ""} a second`)));
    this.speed.addEventListener("change", () => {
      this.ask("speed", { weeks: Number(this.speed.value) });
      this.speed.blur(); // so that the keys go on playing, not choosing speeds
    });
    this.goal = element("input", { class: "tw-goal", inputmode: "numeric", size: 4, maxlength: 12, "aria-label": "Go to week", "aria-describedby": "tw-answer" });
    this.goal.addEventListener("keydown", (event) => event.key === "Enter" && this.goTo());
    this.goal.addEventListener("change", () => this.goTo());
    this.answer = element("span", { class: "tw-answer", id: "tw-answer", role: "alert" });
    return element("div", { class: "tw-bar", role: "group", "aria-label": "Playing" },
      button("restart", "Back to the start (Home)", () => this.restart()),
      button("back", "One week back (←)", () => this.step(-1)),
      this.toggle,
      button("forward", "One week on (→)", () => this.step(1)),
      this.slider,
      element("label", { class: "tw-label" }, "week ", this.goal),
      this.answer,
      this.speed);
  }

  // a new organisation: another stage
  begin() {
    const scene = this.model.get("scene");
    if (!scene || !scene.seats) return;
    this.scene = scene;
    this.stage = new Stage(this.canvas, scene, this.font);
    this.frame = this.arrived = null;
    this.floor = 0; // what was asked of the one before is no concern of this one
    this.picked = null;
    this.slider.max = scene.weeks;
    this.speed.value = String(scene.speed);
    this.wait.hidden = false;
    this.playing = false;
    this.answer.textContent = "";
    this.tellWords(null);
    this.resize();
    this.receive(this.model.get("frame"));
  }

  resize() {
    const below = document.querySelector("body > footer")?.offsetHeight ?? 0; // of a page without Python
    const room = window.innerHeight - this.root.getBoundingClientRect().top - window.scrollY - below - 12;
    this.root.style.height = `${Math.max(560, Math.round(room))}px`;
    if (!this.stage) return;
    const { clientWidth, clientHeight } = this.stageBox;
    this.stage.resize(clientWidth, clientHeight, Math.min(2, window.devicePixelRatio || 1));
    this.dirty = true;
    this.wake();
    if (this.frame) this.paintSmall(this.frame);
  }

  // --- from Python

  receive(view) {
    if (!view || !view.byteLength || !this.scene) return;
    const frame = readMessage(view, this.scene.fields, this.scene.organisation);
    if (!frame) return;
    if (frame.answers < this.floor) {
      this.seen(frame); // from before the last pause: never shown
      return;
    }
    this.arrived = frame;
    this.wake();
  }

  seen(frame) {
    this.model.send({ do: "seen", organisation: frame.organisation, frame: frame.number });
  }

  // --- to Python

  ask(what, more = {}) {
    this.asked += 1;
    this.model.send({ do: what, number: this.asked, ...more });
    return this.asked;
  }

  playOrPause() {
    if (!this.scene) return;
    if (this.playing) {
      this.floor = this.ask("pause", { week: this.frame?.week ?? 0 });
      this.dropArrived();
    } else {
      this.ask("play");
    }
    this.setPlaying(!this.playing);
  }

  // what has arrived but was not drawn before a pause is not drawn any more
  dropArrived() {
    if (this.arrived) this.seen(this.arrived);
    this.arrived = null;
  }

  step(weeks) {
    this.setPlaying(false);
    this.ask("step", { weeks });
  }

  restart() {
    this.setPlaying(false);
    this.floor = this.ask("restart");
    this.dropArrived();
  }

  jump(week) {
    this.ask("jump", { week });
  }

  goTo() {
    const given = this.goal.value.trim();
    if (!given || !this.scene) {
      this.answer.textContent = "";
      return;
    }
    if (/^\d+$/.test(given) && Number(given) <= this.scene.weeks) {
      this.answer.textContent = "";
      this.goal.value = "";
      this.goal.blur();
      this.jump(Number(given));
    } else {
      this.answer.textContent = `Week must be between 0 and ${this.scene.weeks.toLocaleString("en")}.`;
    }
  }

  faster(steps) {
    const k = clamp(SPEEDS.indexOf(Number(this.speed.value)) + steps, 0, SPEEDS.length - 1);
    this.speed.value = String(SPEEDS[k]);
    this.ask("speed", { weeks: SPEEDS[k] });
  }

  pick(picked) {
    this.picked = picked;
    this.ask("pick", picked ?? { kind: "", index: 0 });
    if (!picked) this.tellWords(null);
    this.dirty = true;
    this.wake();
  }

  pickNext(kind, backwards) {
    if (!this.frame) return;
    const count = { person: this.frame.people, team: this.frame.teams, community: this.scene.cards.length }[kind];
    if (!count) return;
    const at = this.picked?.kind === kind ? this.picked.index + (backwards ? count - 1 : 1) : 0;
    this.pick({ kind, index: at % count });
  }

  // --- mouse and keys

  spot(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  click(event) {
    if (this.stage) this.pick(this.stage.hit(...this.spot(event)));
  }

  hover(event) {
    if (!this.stage) return;
    const [x, y] = this.spot(event);
    const found = this.stage.hit(x, y);
    this.canvas.style.cursor = found ? "pointer" : "default";
    this.hint.hidden = !found;
    if (!found) return;
    const names = { person: "Person", team: "Team", community: "Community" };
    this.hint.textContent = `${names[found.kind]} ${found.kind === "community" ? letterOf(found.index) : found.index + 1}`;
    this.hint.style.transform = `translate(${x + 12}px, ${y + 14}px)`;
  }

  key(event) {
    // a room that is not shown has no width
    if (!this.root.isConnected || !this.root.clientWidth || !this.scene || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const within = (names) => target.closest?.(names);
    // on the slider, space plays, and arrows are its own
    if (!(target === this.slider && event.key === " ") && within("input, textarea, select, [contenteditable], [role=listbox], [role=combobox], [role=slider], [role=menu]")) return;
    if (event.key === " " && within("button, a, [role=button], [role=tab]")) return;
    const acts = {
      " ": () => this.playOrPause(),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      Home: () => this.restart(),
      "+": () => this.faster(1),
      "-": () => this.faster(-1),
      p: () => this.pickNext("person", false),
      P: () => this.pickNext("person", true),
      t: () => this.pickNext("team", false),
      T: () => this.pickNext("team", true),
      c: () => this.pickNext("community", false),
      C: () => this.pickNext("community", true),
      Escape: () => this.pick(null),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  setPlaying(playing) {
    if (playing === this.playing && this.root.dataset.playing) return;
    this.playing = playing;
    this.root.dataset.playing = String(playing);
    this.toggle.innerHTML = icon(playing ? "pause" : "play");
    const label = playing ? "Pause (space)" : "Play (space)";
    this.toggle.setAttribute("aria-label", label);
    this.toggle.title = label;
    this.wake();
  }

  // --- drawing

  wake() {
    if (!this.pending) this.pending = requestAnimationFrame((now) => this.animate(now));
  }

  animate(now) {
    this.pending = 0;
    if (!this.root.isConnected || !this.stage) return;
    const { motion } = this.stage;
    const elapsed = clamp(now - (this.last ?? now), 0, 100);
    const fresh = this.arrived;
    if (fresh) {
      this.frame = fresh;
      this.arrived = null;
      motion.take(fresh, now);
    }
    // between pictures, paint thirty times a second, or as often as costs no more than half of the time; a large
    // organisation rather shows more pictures
    const least = this.playing && motion.x.length > MANY ? 4 * BETWEEN : BETWEEN;
    const rest = now - (this.painted ?? 0) < Math.max(least, this.cost * 2) - 4;
    let moving = true;
    if (fresh || this.dirty || !rest) {
      moving = motion.step(now, elapsed);
      this.last = now;
      const start = performance.now();
      this.stage.paint(now, this.picked, this.playing);
      this.cost = between(this.cost, performance.now() - start, 0.3);
      this.painted = now;
      this.dirty = false;
      this.root.dataset.paints = String(Number(this.root.dataset.paints ?? 0) + 1);
    }
    if (fresh) this.tell(fresh);
    if (moving || this.playing) this.wake();
    else this.last = undefined;
  }

  // everything but the stage, once for each picture
  tell(frame) {
    this.wait.hidden = true;
    this.setPlaying(Boolean(frame.playing) && frame.answers >= this.floor ? true : this.playing && frame.answers < this.asked);
    this.tellWeek(frame);
    this.paintSmall(frame);
    if (this.picked && frame.about?.kind === this.picked.kind && frame.about.index === this.picked.index) this.tellWords(frame.about);
    this.drawn += 1;
    this.root.dataset.drawn = String(this.drawn);
    if (this.root.dataset.week !== String(frame.week)) this.root.dataset.week = String(frame.week);
    this.root.dataset.sent = String(frame.number);
    this.seen(frame);
  }

  // the small pictures on the right: for each frame, and when the window has another size
  paintSmall(frame) {
    this.tellNumbers(frame);
    const [networks, communities, teams] = paintTriangle(this.triangle, frame, this.picked, this.font).map((x) => Math.round(100 * x));
    this.triangle.setAttribute("aria-label", `On average ${networks} % networks, ${communities} % communities, ${teams} % team.`);
    paintLamps(this.lamps, frame, this.font);
    this.lamps.setAttribute("aria-label", Array.from(frame.known, (x, j) => `aspect ${j + 1}: ${Math.round(100 * x)} %`).join(", "));
  }

  tellWeek(frame) {
    const year = Math.max(1, Math.ceil(frame.week / 52));
    this.week.innerHTML = frame.week ? `Week <b>${frame.week}</b><br><span>year ${year}</span>` : "Week <b>0</b><br><span>the start</span>";
    if (!this.dragging) this.slider.value = frame.week;
    this.slider.setAttribute("aria-valuetext", `week ${frame.week} of ${this.scene.weeks}`);
    this.goal.placeholder = frame.week;
    const latest = Math.max(...frame.last_change_week);
    const aspects = Array.from(frame.last_change_week.keys()).filter((j) => frame.last_change_week[j] === latest);
    const recent = latest > 0 && frame.week - latest < 3;
    this.news.classList.toggle("tw-loud", recent);
    const which = aspects.length > 4 ? `${aspects.length} aspects` : `${aspects.length > 1 ? "aspects" : "aspect"}\u00a0${aspects.map((j) => j + 1).join(", ")}`;
    const text = latest > 0 ? `The world changed: ${which}<br><span>${latest === frame.week ? "this week" : `in week ${latest}`}</span>` : "The world has not changed yet";
    if (this.news.innerHTML !== text) this.news.innerHTML = text;
    this.canvas.setAttribute("aria-label", `Week ${frame.week}: ${frame.people} people in ${frame.teams} teams and ${this.scene.communities} communities.`);
  }

  tellNumbers(frame) {
    TILES.forEach((about, k) => {
      const value = frame.week ? frame.course[(frame.week - 1) * TILES.length + k] : NaN;
      const shown = Number.isNaN(value) ? "–" : about.percent ? `${Math.round(100 * value)} %` : value.toFixed(1);
      this.tiles[k].querySelector(".tw-value").textContent = shown;
      let top = about.percent ? 1 : 4;
      if (!about.percent) for (let w = 0; w < frame.reached; w++) top = Math.max(top, frame.course[w * TILES.length + k]);
      paintCurve(this.tiles[k].querySelector("canvas"), frame, k, top, about.colour, this.scene.weeks);
    });
  }

  // the legend, or words about what was picked
  tellWords(about) {
    const key = about ? JSON.stringify(about) : "legend";
    if (key === this.told) return;
    this.told = key;
    if (!about) {
      const lines = LEGEND.map(([name, text]) => element("li", { html: `${sign(name)}<span>${text}</span>` }));
      this.words.replaceChildren(
        element("div", { class: "tw-head" }, "Legend"),
        element("ul", { class: "tw-legend" }, ...lines),
        element("p", { class: "tw-keys", html: `Click on anything. ${KEYS}` }));
      return;
    }
    const strips = about.strips.map(([label, signs]) => {
      const canvas = element("canvas", { class: "tw-strip", "aria-hidden": "true", width: 22 * signs.length, height: 26 });
      drawStrip(canvas.getContext("2d"), signs, 0, signs.length, 0, 0, canvas.width, canvas.height);
      return element("div", { class: "tw-row" }, element("span", {}, label), canvas);
    });
    this.words.replaceChildren(
      element("div", { class: "tw-head" }, about.title,
        element("button", { class: "tw-close", type: "button", onclick: () => this.pick(null) }, "show the legend")),
      element("div", { class: "tw-strips" }, ...strips),
      element("ul", { class: "tw-lines" }, ...about.lines.map((line) => element("li", {}, line))));
  }
}

// What anywidget calls: put the picture into the page, and listen; returns how to leave.
function render({ model, el }) {
  const watch = new Watch(model, el);
  const onScene = () => watch.begin();
  const onFrame = () => watch.receive(model.get("frame"));
  const onKey = (event) => watch.key(event);
  const resizing = new ResizeObserver(() => watch.resize());
  const onWindow = () => watch.resize();
  model.on("change:scene", onScene);
  model.on("change:frame", onFrame);
  document.addEventListener("keydown", onKey);
  window.addEventListener("resize", onWindow);
  resizing.observe(watch.stageBox);
  // what stands above may grow, by a message about a wrong number
  if (watch.root.closest(".tw-room")) resizing.observe(watch.root.closest(".tw-room"));
  model.send({ do: "here" });
  return () => {
    model.off("change:scene", onScene);
    model.off("change:frame", onFrame);
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("resize", onWindow);
    resizing.disconnect();
    if (watch.pending) cancelAnimationFrame(watch.pending);
  };
}
