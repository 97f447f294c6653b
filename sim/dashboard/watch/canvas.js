// Drawing: pictures of one organisation, read from bytes and painted on canvases. Nothing here knows of the page around.
// HEADER, TILES, KNOWS_LATEST, NEWCOMER and NOBODY come before this, from `constants.py`.

const INK = "#22313f";
const MUTED = "#66747f";
const FAINT = "#dcdad2";
const PAPER = "#fbfaf6";
const LIGHT = "#f4b52a"; // of awareness, and of nothing else
const DARK = "#5d6c7b"; // a person who has heard nothing
const ACTION = "#3f7f6d"; // the arc around a team
const PLUS = "#1f5f99"; // an aspect done one way …
const MINUS = "#f0b48f"; // … or the other: far apart in lightness too
// rings of communities: Okabe and Ito's colours, darkened where they are pale
const RINGS = ["#009e73", "#b0498a", "#d55e00", "#2a93cf", "#6a4fa3", "#7b6a2f", "#a12d2d", "#3b3b3b"];
const TYPES = { int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array };

const letterOf = (c) => String.fromCharCode(65 + (c % 26)) + (c < 26 ? "" : Math.floor(c / 26) + 1);
const ringOf = (c) => RINGS[c % RINGS.length];
const between = (a, b, t) => a + (b - a) * t;
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

// --- reading ---------------------------------------------------------------------------------------------------------

// A picture with its header; null if it is one of another organisation, whose arrays have other sizes.
function readMessage(view, fields, organisation) {
  // a copy begins at a multiple of four, as typed arrays need it
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const numbers = new Int32Array(bytes, 0, HEADER.length);
  const frame = Object.fromEntries(HEADER.map((name, k) => [name, numbers[k]]));
  if (frame.organisation !== organisation) return null;
  let offset = 4 * HEADER.length;
  for (const [name, type, shape] of fields) {
    const count = shape.reduce((a, b) => a * b, 1);
    frame[name] = new TYPES[type](bytes, offset, count);
    offset += Math.ceil(frame[name].byteLength / 4) * 4;
  }
  frame.course = new Float32Array(bytes, offset, frame.reached * TILES.length);
  offset += frame.course.byteLength;
  frame.about = frame.words ? JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, offset))) : null;
  frame.people = frame.person.length;
  frame.teams = frame.since.length;
  frame.aspects = frame.last_change_week.length;
  frame.slots = frame.community.length / frame.people;
  return frame;
}

const BITS = Uint8Array.from({ length: 256 }, (_, x) => x.toString(2).replaceAll("0", "").length);

function awareShare(frame, i) {
  const packed = frame.aware.length / frame.people;
  let count = 0;
  for (let k = 0; k < packed; k++) count += BITS[frame.aware[i * packed + k]];
  return count / frame.aspects;
}

// --- what moves between two pictures ---------------------------------------------------------------------------------

// Where people are drawn and how brightly they shine: both follow the pictures with a little inertia.
class Motion {
  constructor(scene) {
    this.scene = scene;
    const people = scene.seats.length;
    this.x = new Float32Array(people);
    this.y = new Float32Array(people);
    this.glow = new Float32Array(people);
    this.halo = new Float32Array(people);
    this.flash = new Float64Array(scene.teams.length);
    this.sparks = [];
    this.frame = null;
    this.settled = false;
  }

  take(frame, now) {
    const follows = this.frame && Math.abs(frame.week - this.frame.week) <= 3 && frame.week > this.frame.week;
    const first = !this.frame;
    this.frame = frame;
    this.settled = false;
    if (first) this.follow(1);
    if (follows) this.launch(frame, now);
    else this.sparks = [];
  }

  // ideas set out: from people to communities, from communities to teams
  launch(frame, now) {
    const rows = frame.estimate.length / Math.max(1, this.scene.communities);
    for (let q = 0; q < frame.bringer.length; q++) {
      const community = Math.floor(q / rows);
      if (frame.bringer[q] >= 0) this.spark(now, community, { person: frame.bringer[q] }, { card: community, row: q % rows });
    }
    for (let k = 0; k < frame.teams; k++) {
      if (frame.since[k] !== frame.week || frame.week === 0) continue;
      this.flash[k] = now;
      if (frame.origin[k] >= 0) this.spark(now, frame.origin[k], { card: frame.origin[k], row: 0 }, { team: k });
    }
  }

  spark(now, community, from, to) {
    if (this.sparks.length < 40 && community < this.scene.cards.length) this.sparks.push({ now, community, from, to });
  }

  // move everything a share of the way to where it belongs
  follow(share) {
    const { frame, scene } = this;
    let rest = 0;
    for (let i = 0; i < frame.people; i++) {
      const [sx, sy] = scene.seats[frame.team_seat[i]];
      const glow = awareShare(frame, i);
      const halo = frame.flags[i] & KNOWS_LATEST ? 1 : 0;
      rest = Math.max(rest, Math.abs(sx - this.x[i]) / 50, Math.abs(glow - this.glow[i]), Math.abs(halo - this.halo[i]));
      this.x[i] += (sx - this.x[i]) * share;
      this.y[i] += (sy - this.y[i]) * share;
      this.glow[i] += (glow - this.glow[i]) * share;
      this.halo[i] += (halo - this.halo[i]) * share;
    }
    return rest < 0.01;
  }

  // one step of the animation; false when nothing moves any more
  step(now, elapsed) {
    if (!this.frame) return false;
    if (!this.settled) {
      this.settled = this.follow(1 - Math.exp(-elapsed / 110));
      if (this.settled) this.follow(1);
    }
    this.sparks = this.sparks.filter((spark) => now - spark.now < SPARK);
    return !this.settled || this.sparks.length > 0 || this.flash.some((since) => now - since < FLASH);
  }
}

const SPARK = 750; // milliseconds that an idea is on its way
const FLASH = 1100; // … that a team which switched stays marked

// --- small parts -----------------------------------------------------------------------------------------------------

// A practice as squares, one for each aspect; `signs` from `first` on.
function drawStrip(ctx, signs, first, count, x, y, width, height) {
  const step = width / count;
  const gap = step > 4 ? Math.min(1, step * 0.14) : 0;
  for (const [sign, colour] of [[1, PLUS], [-1, MINUS]]) {
    ctx.fillStyle = colour;
    for (let j = 0; j < count; j++) {
      if (signs[first + j] !== sign) continue;
      let run = 1; // squares without gaps are drawn in one go
      while (!gap && j + run < count && signs[first + j + run] === sign) run += 1;
      ctx.fillRect(x + j * step, y, run * step - gap, height);
      j += run - 1;
    }
  }
}

let haloSprite = null;
function haloImage() {
  if (haloSprite) return haloSprite;
  haloSprite = document.createElement("canvas");
  haloSprite.width = haloSprite.height = 64;
  const ctx = haloSprite.getContext("2d");
  const shine = ctx.createRadialGradient(32, 32, 6, 32, 32, 32);
  shine.addColorStop(0, "rgba(250,190,50,0.85)");
  shine.addColorStop(0.55, "rgba(252,205,95,0.32)");
  shine.addColorStop(1, "rgba(255,215,120,0)");
  ctx.fillStyle = shine;
  ctx.fillRect(0, 0, 64, 64);
  return haloSprite;
}

const SHADES = Array.from({ length: 21 }, (_, k) => shade(k / 20));
function shade(share) {
  const parse = (colour) => [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  const [from, to] = [parse(DARK), parse(LIGHT)];
  return `rgb(${from.map((part, k) => Math.round(between(part, to[k], share))).join(",")})`;
}

// A person, ready to be stamped: circles are drawn as pictures, because that is ten times as fast. `halo`: 0 to 4;
// `community`: -1 for none; `font`: of the letter, if there is to be one.
const stamps = new Map();
function stamp(shade, community, halo, radius, font) {
  const key = `${shade} ${community} ${halo} ${radius} ${font}`;
  if (stamps.has(key)) return stamps.get(key);
  if (stamps.size > 3000) stamps.clear(); // after many changes of the window's size
  const made = document.createElement("canvas");
  const middle = Math.ceil(radius * 2.2);
  made.width = made.height = 2 * middle;
  const ctx = made.getContext("2d");
  ctx.globalAlpha = halo / 4;
  ctx.drawImage(haloImage(), 0, 0, made.width, made.height);
  ctx.globalAlpha = 1;
  ctx.fillStyle = SHADES[shade];
  ctx.strokeStyle = community < 0 ? SHADES[shade] : ringOf(community);
  ctx.lineWidth = Math.max(radius * 0.3, 0.9);
  ctx.beginPath();
  ctx.arc(middle, middle, radius * 0.86, 0, 2 * Math.PI);
  ctx.fill();
  ctx.stroke();
  if (font && community >= 0) {
    ctx.font = `600 ${radius * 1.05}px ${font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = shade < 9 ? "#ffffff" : INK;
    ctx.fillText(letterOf(community), middle, middle + radius * 0.07);
  }
  stamps.set(key, made);
  return made;
}

// --- the stage -------------------------------------------------------------------------------------------------------

class Stage {
  constructor(canvas, scene, font) {
    this.canvas = canvas;
    this.scene = scene;
    this.font = font;
    this.motion = new Motion(scene);
    this.ties = document.createElement("canvas");
    this.tiesDrawn = -Infinity;
    this.scale = 1;
    this.left = this.top = 0;
    this.pixels = 1;
  }

  // fit the stage into the canvas, which is as large as the page lets it be
  resize(width, height, pixels) {
    const { canvas, scene } = this;
    canvas.width = this.ties.width = Math.max(1, Math.round(width * pixels));
    canvas.height = this.ties.height = Math.max(1, Math.round(height * pixels));
    this.pixels = pixels;
    this.scale = Math.min(width / scene.width, height / scene.height);
    this.left = (width - scene.width * this.scale) / 2;
    this.top = (height - scene.height * this.scale) / 2;
    this.tiesDrawn = -Infinity;
  }

  place(ctx) {
    const { pixels, scale } = this;
    ctx.setTransform(pixels * scale, 0, 0, pixels * scale, this.left * pixels, this.top * pixels);
  }

  // a place on the page as one on the stage
  stagePoint(x, y) {
    return [(x - this.left) / this.scale, (y - this.top) / this.scale];
  }

  // sizes in stage units that are at least so many pixels on the screen
  atLeast(units, pixels) {
    return Math.max(units, pixels / this.scale);
  }

  paint(now, picked, playing) {
    const ctx = this.canvas.getContext("2d");
    const frame = this.motion.frame;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!frame || this.scale < 0.05) return; // nothing to draw, or no room on the page yet
    this.paintTies(frame, now, playing);
    this.place(ctx);
    this.paintOutside(ctx, frame, now, playing);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.ties, 0, 0);
    this.place(ctx);
    const chosen = chosenPeople(frame, picked);
    this.paintTeams(ctx, frame, now, picked);
    this.paintPeople(ctx, frame, chosen);
    this.paintPicked(ctx, frame, picked);
    this.paintCards(ctx, frame, picked);
    this.paintSparks(ctx, now);
  }

  paintOutside(ctx, frame, now, playing) {
    const { scene } = this;
    const [cx, cy] = [scene.width / 2, scene.height / 2];
    ctx.fillStyle = "#ffffff";
    ctx.strokeStyle = FAINT;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.ellipse(cx, cy, scene.rim[0], scene.rim[1], 0, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    // lines from teams to the rim, running inwards while the weeks pass
    ctx.strokeStyle = "#d9a21b";
    ctx.setLineDash([3, 4]);
    ctx.lineDashOffset = playing ? now / 60 : 0;
    for (let k = 0; k < frame.teams; k++) {
      const [x, y] = scene.teams[k];
      const [ux, uy] = [(x - cx) / scene.rim[0], (y - cy) / scene.rim[1]];
      const far = Math.hypot(ux, uy) || 1;
      const strength = clamp(frame.outside[k], 0, 2) / 2;
      if (strength < 0.005) continue;
      ctx.globalAlpha = between(0.45, 1, strength);
      ctx.lineWidth = between(0.8, 6, strength) * clamp(scene.cell / 90, 0.45, 1);
      ctx.beginPath();
      ctx.moveTo(cx + (ux / far) * scene.rim[0], cy + (uy / far) * scene.rim[1]);
      ctx.lineTo(x, y);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    ctx.fillStyle = LIGHT;
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    for (const [x, y] of scene.outsiders) {
      ctx.moveTo(x, y - 5);
      ctx.lineTo(x + 5, y);
      ctx.lineTo(x, y + 5);
      ctx.lineTo(x - 5, y);
      ctx.closePath();
    }
    ctx.fill();
    ctx.stroke();
  }

  // Who follows whom: thousands of lines that hardly change, so they are kept and drawn anew only now and then.
  paintTies(frame, now, playing) {
    const many = frame.people > 500;
    if (playing && now - this.tiesDrawn < (many ? 2500 : 600)) return;
    if (this.tiesOf === frame && this.motion.settled && this.tiesDrawn > -Infinity) return;
    if (!playing && !this.motion.settled && this.tiesDrawn > -Infinity && now - this.tiesDrawn < 300) return;
    this.tiesDrawn = now;
    this.tiesOf = frame;
    const ctx = this.ties.getContext("2d");
    const { scene, motion } = this;
    const [cx, cy] = [scene.width / 2, scene.height / 2];
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.ties.width, this.ties.height);
    this.place(ctx);
    ctx.strokeStyle = many ? "rgba(70,92,112,0.05)" : `rgba(70,92,112,${clamp(22 / frame.people, 0.09, 0.3)})`;
    ctx.lineWidth = many ? 0.6 : 0.9;
    const ties = frame.tie.length / frame.people;
    ctx.beginPath();
    for (let i = 0; i < frame.people; i++) {
      for (let d = 0; d < ties; d++) {
        const k = frame.tie[i * ties + d];
        if (k === NOBODY) continue;
        const [x1, y1, x2, y2] = [motion.x[i], motion.y[i], motion.x[k], motion.y[k]];
        ctx.moveTo(x1, y1);
        if (many) ctx.lineTo(x2, y2);
        else ctx.quadraticCurveTo(between((x1 + x2) / 2, cx, 0.3), between((y1 + y2) / 2, cy, 0.3), x2, y2);
      }
    }
    ctx.stroke();
  }

  paintTeams(ctx, frame, now, picked) {
    const { scene, motion } = this;
    const s = scene.cell;
    const radius = 0.39 * s;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    this.paintRounds(radius);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.rounds, 0, 0);
    this.place(ctx);
    ctx.lineWidth = s > 60 ? 3 : 1.2;
    ctx.strokeStyle = ACTION;
    for (let k = 0; k < frame.teams; k++) {
      const [x, y] = scene.teams[k];
      ctx.beginPath();
      ctx.arc(x, y - 0.09 * s, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * clamp(frame.fit[k], 0, 1));
      ctx.stroke();
    }
    for (let k = 0; k < frame.teams; k++) {
      const [x, y] = scene.teams[k];
      const middle = y - 0.09 * s;
      if (s * this.scale >= 48) {
        ctx.fillStyle = MUTED;
        ctx.font = `500 ${this.atLeast(0.17 * s, 11)}px ${this.font}`;
        ctx.fillText(String(k + 1), x, middle + 0.5);
      }
      this.paintPractice(ctx, frame, k, x, y, now);
      if (picked?.kind === "team" && picked.index === k) {
        ctx.strokeStyle = INK;
        ctx.lineWidth = 2;
        ctx.beginPath();
        ctx.arc(x, middle, radius + 4, 0, 2 * Math.PI);
        ctx.stroke();
      }
    }
  }

  // the discs under the teams never change: drawn once for each size of the window
  paintRounds(radius) {
    if (this.rounds?.width === this.canvas.width && this.rounds.height === this.canvas.height) return;
    this.rounds = document.createElement("canvas");
    this.rounds.width = this.canvas.width;
    this.rounds.height = this.canvas.height;
    const ctx = this.rounds.getContext("2d");
    this.place(ctx);
    ctx.fillStyle = "rgba(255,255,255,0.72)";
    ctx.strokeStyle = "#e6e3da";
    ctx.lineWidth = this.scene.cell > 60 ? 3 : 1.2;
    for (const [x, y] of this.scene.teams) {
      ctx.beginPath();
      ctx.arc(x, y - 0.09 * this.scene.cell, radius, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }

  paintPractice(ctx, frame, k, x, y, now) {
    const s = this.scene.cell;
    const m = frame.aspects;
    const width = 0.84 * s;
    const height = Math.min(width / m, 0.09 * s) * (s < 60 ? 1.5 : 1.15);
    const [left, top] = [x - width / 2, y + 0.355 * s];
    drawStrip(ctx, frame.practice, k * m, m, left, top, width, height);
    const age = now - this.motion.flash[k];
    if (age >= FLASH && frame.since[k] !== frame.week) return;
    if (frame.since[k] === 0) return;
    ctx.globalAlpha = frame.since[k] === frame.week ? 1 : 1 - age / FLASH;
    ctx.strokeStyle = INK;
    ctx.lineWidth = this.atLeast(1.2, 1);
    const framed = frame.since[k] === frame.week;
    ctx.beginPath();
    for (let j = 0; j < m && framed; j++) {
      if (frame.practice[k * m + j] !== frame.before[k * m + j]) {
        ctx.rect(left + (j * width) / m - 0.5, top - 1.5, width / m, height + 3);
      }
    }
    if (!framed) ctx.rect(left - 1.5, top - 1.5, width + 2, height + 3);
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  paintPeople(ctx, frame, chosen) {
    const { motion, pixels, scale } = this;
    const dot = this.atLeast(this.scene.dot, 1.6);
    const radius = Math.round(dot * scale * pixels * 10) / 10;
    const lettered = dot * scale >= 5;
    if (chosen) this.paintFaded(ctx, frame, chosen, dot);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    for (let i = 0; i < frame.people; i++) {
      if (chosen && !chosen.has(i)) continue;
      const shade = Math.round(clamp(motion.glow[i], 0, 1) * 20);
      const community = frame.slots ? frame.community[i * frame.slots] : -1;
      const image = stamp(shade, community, Math.round(motion.halo[i] * 4), radius, lettered ? this.font : "");
      const x = (motion.x[i] * scale + this.left) * pixels - image.width / 2;
      const y = (motion.y[i] * scale + this.top) * pixels - image.height / 2;
      ctx.drawImage(image, Math.round(x), Math.round(y));
    }
    this.place(ctx);
    this.paintNewcomers(ctx, frame, dot);
  }

  circles(ctx, people, radius) {
    const { x, y } = this.motion;
    ctx.beginPath();
    for (const i of people) {
      ctx.moveTo(x[i] + radius, y[i]);
      ctx.arc(x[i], y[i], radius, 0, 2 * Math.PI);
    }
  }

  paintFaded(ctx, frame, chosen, dot) {
    const others = [];
    for (let i = 0; i < frame.people; i++) if (!chosen.has(i)) others.push(i);
    ctx.fillStyle = "#cfd3d6";
    this.circles(ctx, others, dot * 0.8);
    ctx.fill();
  }

  paintNewcomers(ctx, frame, dot) {
    const people = [];
    for (let i = 0; i < frame.people; i++) if (frame.flags[i] & NEWCOMER) people.push(i);
    ctx.strokeStyle = INK;
    ctx.lineWidth = this.atLeast(1.2, 1);
    ctx.setLineDash([2, 2]);
    this.circles(ctx, people, dot * 1.45);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  paintCards(ctx, frame, picked) {
    const { scene } = this;
    const rows = scene.communities ? frame.estimate.length / scene.communities : 0;
    scene.cards.forEach(([x, y], c) => this.paintCard(ctx, frame, c, rows, x, y, picked));
    if (scene.communities > scene.cards.length) {
      const [x, y] = [scene.width / 2, scene.cards[scene.cards.length - 1][1] + scene.card[1] / 2 + 6];
      ctx.fillStyle = MUTED;
      ctx.textAlign = "center";
      ctx.font = `${this.atLeast(11, 10)}px ${this.font}`;
      ctx.fillText(`and ${scene.communities - scene.cards.length} more communities`, x, y);
    }
  }

  // A community: its letter, and its repertoire as strips, each with a bar that says how good they think it is.
  paintCard(ctx, frame, c, rows, x, y, picked) {
    const [width, height] = [this.scene.card[0] - 8, this.scene.card[1] - 8];
    const [left, top] = [x - width / 2, y - height / 2];
    const chosen = picked?.kind === "community" && picked.index === c;
    ctx.fillStyle = "rgba(255,255,255,0.95)";
    ctx.strokeStyle = chosen ? INK : ringOf(c);
    ctx.lineWidth = chosen ? 2.2 : 1.2;
    ctx.beginPath();
    ctx.roundRect(left, top, width, height, 7);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = ringOf(c);
    ctx.beginPath();
    ctx.arc(left + 14, top + 13, 7.5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = "#ffffff";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.font = `600 10.5px ${this.font}`;
    ctx.fillText(letterOf(c), left + 14, top + 13.6);
    ctx.fillStyle = MUTED;
    ctx.textAlign = "left";
    ctx.font = `${this.atLeast(10.5, 9.5)}px ${this.font}`;
    const words = this.attendance(frame, c);
    if (ctx.measureText(words).width <= width - 31) ctx.fillText(words, left + 27, top + 13.6); // what has no room is left out
    this.paintRepertoire(ctx, frame, c, rows, left + 9, top + 25, width - 18, height - 31);
  }

  attendance(frame, c) {
    let members = 0;
    let met = 0;
    for (let q = 0; q < frame.community.length; q++) {
      if (frame.community[q] === c) {
        members += 1;
        met += frame.attended[q];
      }
    }
    return `${met} of ${members} met`;
  }

  paintRepertoire(ctx, frame, c, rows, left, top, width, height) {
    const shown = Math.min(rows, 8);
    const step = Math.min(12, height / shown);
    const m = frame.aspects;
    const [strip, thick] = [width * 0.72, step * 0.66];
    for (let r = 0; r < shown; r++) {
      const q = c * rows + r;
      const y = top + r * step;
      if (!frame.n_tests[q]) {
        ctx.fillStyle = "#f0eee8";
        ctx.fillRect(left, y + thick * 0.35, strip, thick * 0.3);
        continue;
      }
      drawStrip(ctx, frame.repertoire, q * m, m, left, y, strip, thick);
      ctx.fillStyle = "#eceae3";
      ctx.fillRect(left + strip + 5, y + thick * 0.2, width - strip - 5, thick * 0.6);
      ctx.fillStyle = r === 0 ? INK : "#8d99a3";
      ctx.fillRect(left + strip + 5, y + thick * 0.2, (width - strip - 5) * clamp(frame.estimate[q], 0, 1), thick * 0.6);
      if (frame.last_tested_week[q] === frame.week && frame.n_tests[q] === 1 && frame.week > 0) {
        ctx.strokeStyle = INK;
        ctx.lineWidth = 1;
        ctx.strokeRect(left - 1.5, y - 1.5, strip + 2, thick + 3);
      }
    }
  }

  paintPicked(ctx, frame, picked) {
    if (picked?.kind !== "person" || picked.index >= frame.people) return;
    const { motion, scene } = this;
    const i = picked.index;
    const ties = frame.tie.length / frame.people;
    const line = (k) => {
      const [x1, y1, x2, y2] = [motion.x[i], motion.y[i], motion.x[k], motion.y[k]];
      ctx.beginPath();
      ctx.moveTo(x1, y1);
      ctx.quadraticCurveTo(between((x1 + x2) / 2, scene.width / 2, 0.3), between((y1 + y2) / 2, scene.height / 2, 0.3), x2, y2);
      ctx.stroke();
    };
    ctx.strokeStyle = INK;
    ctx.lineWidth = this.atLeast(1.6, 1.4);
    for (let d = 0; d < ties; d++) if (frame.tie[i * ties + d] !== NOBODY) line(frame.tie[i * ties + d]);
    ctx.lineWidth = this.atLeast(1, 0.8);
    ctx.setLineDash([2, 3]);
    for (let q = 0; q < frame.tie.length; q++) if (frame.tie[q] === i) line(Math.floor(q / ties));
    ctx.setLineDash([]);
    ctx.lineWidth = this.atLeast(2, 1.8);
    ctx.beginPath();
    ctx.arc(motion.x[i], motion.y[i], this.atLeast(scene.dot * 1.5, 6), 0, 2 * Math.PI);
    ctx.stroke();
  }

  paintSparks(ctx, now) {
    for (const spark of this.motion.sparks) {
      const t = clamp((now - spark.now) / SPARK, 0, 1);
      const eased = t * t * (3 - 2 * t);
      const [from, to] = [this.spot(spark.from), this.spot(spark.to)];
      const at = (share) => [between(from[0], to[0], share), between(from[1], to[1], share)];
      const [x, y] = at(eased);
      ctx.strokeStyle = ctx.fillStyle = ringOf(spark.community);
      ctx.globalAlpha = 0.55 * (1 - t);
      ctx.lineWidth = 2.5;
      ctx.beginPath();
      ctx.moveTo(...at(Math.max(0, eased - 0.3)));
      ctx.lineTo(x, y);
      ctx.stroke();
      ctx.globalAlpha = t > 0.85 ? (1 - t) / 0.15 : 1;
      ctx.beginPath();
      ctx.roundRect(x - 7, y - 3.5, 14, 7, 2);
      ctx.fill();
      ctx.strokeStyle = "#ffffff";
      ctx.lineWidth = 1.2;
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
  }

  spot(end) {
    const { scene, motion } = this;
    if (end.person !== undefined) return [motion.x[end.person], motion.y[end.person]];
    if (end.team !== undefined) return [scene.teams[end.team][0], scene.teams[end.team][1] + 0.38 * scene.cell];
    const [x, y] = scene.cards[end.card];
    return [x, y - scene.card[1] / 2 + 34 + 11 * Math.min(end.row, 5)];
  }

  // who or what is at a place on the page: the nearest person, else a community, else a team
  hit(px, py) {
    const { scene, motion } = this;
    if (!motion.frame) return null;
    const [x, y] = this.stagePoint(px, py);
    const inside = ([cx, cy]) => Math.abs(x - cx) < scene.card[0] / 2 - 4 && Math.abs(y - cy) < scene.card[1] / 2 - 4;
    const card = scene.cards.findIndex(inside);
    if (card >= 0) return { kind: "community", index: card };
    let [best, nearest] = [-1, this.atLeast(scene.dot * 1.25, 7)];
    for (let i = 0; i < motion.x.length; i++) {
      const away = Math.hypot(motion.x[i] - x, motion.y[i] - y);
      if (away < nearest) [best, nearest] = [i, away];
    }
    if (best >= 0) return { kind: "person", index: best };
    const team = scene.teams.findIndex(([cx, cy]) => Math.hypot(cx - x, cy - y) < 0.5 * scene.cell);
    return team >= 0 ? { kind: "team", index: team } : null;
  }

  // where a person is on the page
  whereIs(i) {
    return [this.motion.x[i] * this.scale + this.left, this.motion.y[i] * this.scale + this.top];
  }
}

// whom a choice singles out: the members of a community
function chosenPeople(frame, picked) {
  if (picked?.kind !== "community") return null;
  const people = new Set();
  for (let q = 0; q < frame.community.length; q++) {
    if (frame.community[q] === picked.index) people.add(Math.floor(q / frame.slots));
  }
  return people;
}

// --- the small pictures ----------------------------------------------------------------------------------------------

// Fit a canvas to its place on the page; its context, in page pixels.
function sized(canvas) {
  const pixels = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * pixels) || canvas.height !== Math.round(height * pixels)) {
    canvas.width = Math.round(width * pixels);
    canvas.height = Math.round(height * pixels);
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(pixels, 0, 0, pixels, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return [ctx, width, height];
}

// The course of one headline: dark to the week shown, pale beyond it.
function paintCurve(canvas, frame, column, top, colour, weeks) {
  const [ctx, width, height] = sized(canvas);
  const x = (week) => 1 + (week / weeks) * (width - 4);
  const y = (value) => height - 2 - (clamp(value, 0, top) / top) * (height - 5);
  ctx.strokeStyle = "#e9e7e0";
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(0, height - 1.5);
  ctx.lineTo(width, height - 1.5);
  ctx.stroke();
  const every = Math.max(1, Math.floor(frame.reached / width)); // no more points than pixels
  const line = (first, last) => {
    ctx.beginPath();
    for (let week = first; week <= last; week += week + every > last && week < last ? last - week : every) {
      const value = frame.course[(week - 1) * TILES.length + column];
      if (!Number.isNaN(value)) ctx.lineTo(x(week), y(value));
    }
    ctx.stroke();
  };
  ctx.lineJoin = "round";
  ctx.lineWidth = 1.6;
  ctx.globalAlpha = 0.28;
  ctx.strokeStyle = ctx.fillStyle = colour;
  if (frame.reached > frame.week) line(Math.max(1, frame.week), frame.reached);
  ctx.globalAlpha = 1;
  if (frame.week < 1) return;
  line(1, frame.week);
  ctx.beginPath();
  ctx.arc(x(frame.week), y(frame.course[(frame.week - 1) * TILES.length + column]), 2.6, 0, 2 * Math.PI);
  ctx.fill();
}

// How people split their week: a dot for each in a triangle, and a ring for the mean.
function paintTriangle(canvas, frame, picked, font) {
  const [ctx, width, height] = sized(canvas);
  const side = Math.min(width - 40, (height - 34) / 0.866);
  const [left, bottom] = [(width - side) / 2, height - 17];
  const corners = [[left, bottom], [left + side, bottom], [left + side / 2, bottom - side * 0.866]]; // networks, communities, teams
  const at = (n, c, t) => [0, 1].map((k) => n * corners[0][k] + c * corners[1][k] + t * corners[2][k]);
  ctx.fillStyle = "#ffffff";
  ctx.strokeStyle = "#c9c6bc";
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  corners.forEach(([x, y]) => ctx.lineTo(x, y));
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
  ctx.strokeStyle = "#eeece6";
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const share of [0.25, 0.5, 0.75]) {
    for (const ends of [[[share, 1 - share, 0], [share, 0, 1 - share]], [[1 - share, share, 0], [0, share, 1 - share]], [[1 - share, 0, share], [0, 1 - share, share]]]) {
      ctx.moveTo(...at(...ends[0]));
      ctx.lineTo(...at(...ends[1]));
    }
  }
  ctx.stroke();
  ctx.fillStyle = MUTED;
  ctx.font = `11px ${font}`;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "left";
  ctx.fillText("networks", Math.max(0, left - 22), height - 4);
  ctx.textAlign = "right";
  ctx.fillText("communities", Math.min(width, left + side + 24), height - 4);
  ctx.textAlign = "center";
  ctx.fillText("team", left + side / 2, bottom - side * 0.866 - 6);
  const sum = [0, 0, 0];
  ctx.fillStyle = "#47617a";
  ctx.globalAlpha = clamp(30 / frame.people, 0.08, 0.5);
  for (let i = 0; i < frame.people; i++) {
    const week = [0, 1, 2].map((k) => frame.time[3 * i + k] / 255);
    week.forEach((share, k) => (sum[k] += share / frame.people));
    const [x, y] = at(...week);
    ctx.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
  ctx.globalAlpha = 1;
  ctx.strokeStyle = INK;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(...at(...sum), 5, 0, 2 * Math.PI);
  ctx.stroke();
  if (picked?.kind === "person" && picked.index < frame.people) {
    ctx.fillStyle = "#d55e00";
    ctx.beginPath();
    ctx.arc(...at(...[0, 1, 2].map((k) => frame.time[3 * picked.index + k] / 255)), 4, 0, 2 * Math.PI);
    ctx.fill();
  }
  return sum;
}

// A lamp for each aspect of the work: the lighter, the more people have heard the latest about it.
function paintLamps(canvas, frame, font) {
  const [ctx, width, height] = sized(canvas);
  const ideal = Math.sqrt((frame.aspects * width) / height);
  const empty = (columns) => Math.ceil(frame.aspects / columns) * columns - frame.aspects;
  const columns = [Math.floor(ideal), Math.ceil(ideal)].reduce((a, b) => (empty(b) < empty(a) ? b : a)) || 1;
  const rows = Math.ceil(frame.aspects / columns);
  const [dx, dy] = [width / columns, height / rows];
  const radius = Math.min(dx, dy) * 0.34;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let j = 0; j < frame.aspects; j++) {
    const [x, y] = [((j % columns) + 0.5) * dx, (Math.floor(j / columns) + 0.5) * dy];
    const known = frame.known[j];
    ctx.globalAlpha = known * known;
    ctx.drawImage(haloImage(), x - radius * 1.9, y - radius * 1.9, radius * 3.8, radius * 3.8);
    ctx.globalAlpha = 1;
    ctx.fillStyle = SHADES[Math.round(known * 20)];
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fill();
    if (frame.last_change_week[j] > 0 && frame.week - frame.last_change_week[j] < 4) {
      ctx.strokeStyle = INK;
      ctx.lineWidth = 1.8;
      ctx.beginPath();
      ctx.arc(x, y, radius + 2.5, 0, 2 * Math.PI);
      ctx.stroke();
    }
    ctx.fillStyle = known < 0.45 ? "#ffffff" : INK;
    ctx.font = `${clamp(radius * 0.95, 9, 13)}px ${font}`;
    ctx.fillText(String(j + 1), x, y + 0.5);
  }
}
