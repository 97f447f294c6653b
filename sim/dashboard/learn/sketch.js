// Lets somebody draw a course in the empty chart of `pictures.blank`, with pointer, finger or keys.
// `given`: what was drawn before, or nothing; `tell` hears the values (0 to 100, one for each knot) when they change.
function sketching(svg, given, tell) {
  const knots = [...svg.querySelectorAll(".knot")], line = svg.querySelector(".drawn");
  const places = knots.map(one => Number(one.getAttribute("cx")));
  const low = Number(svg.dataset.low), high = Number(svg.dataset.high);
  let values = given && given.length === knots.length ? [...given] : knots.map(() => null), last = null;
  function show() {
    // To a tenth, as charts have their lines: the one that is shown later is this one.
    const y = values.map(one => Number((low + ((one === null ? 50 : one) / 100) * (high - low)).toFixed(1)));
    knots.forEach((one, k) => {
      one.setAttribute("cy", y[k]);
      one.classList.toggle("unset", values[k] === null);
      one.setAttribute("aria-valuenow", values[k] === null ? 50 : values[k]);
      one.setAttribute("aria-valuetext", values[k] === null ? "not drawn yet" : String(values[k]));
    });
    const drawn = places.map((x, k) => [x, y[k]]).filter((_, k) => values[k] !== null);
    line.setAttribute("points", drawn.map(one => one.join()).join(" "));
  }
  // What was not drawn goes on as far as what was.
  function complete() {
    const set = values.map((one, k) => (one === null ? -1 : k)).filter(k => k >= 0);
    if (!set.length) return;
    values = values.map((one, k) => values[set.reduce((best, at) => (Math.abs(at - k) < Math.abs(best - k) ? at : best))]);
    show();
    tell(values);
  }
  function at(event) {
    const box = svg.getBoundingClientRect(), wide = svg.viewBox.baseVal.width, tall = svg.viewBox.baseVal.height;
    const x = ((event.clientX - box.left) / box.width) * wide, y = ((event.clientY - box.top) / box.height) * tall;
    const value = Math.max(0, Math.min(100, Math.round((100 * (y - low)) / (high - low))));
    const k = places.reduce((best, place, j) => (Math.abs(place - x) < Math.abs(places[best] - x) ? j : best), 0);
    return [k, value];
  }
  function draw(event) {
    const [k, value] = at(event), [from, before] = last || [k, value];
    const steps = Math.max(1, Math.abs(k - from));  // a quick hand passes knots between two events
    for (let j = last ? 1 : 0; j <= steps; j++) {
      values[from + Math.sign(k - from) * j] = Math.round(before + ((value - before) * j) / steps);
    }
    values[k] = value;
    last = [k, value];
    show();
  }
  svg.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    last = null;
    draw(event);
  });
  svg.addEventListener("pointermove", event => { if (last) draw(event); });
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => { if (last) { last = null; complete(); } });
  }
  knots.forEach((one, k) => one.addEventListener("keydown", event => {
    const now = values[k] === null ? 50 : values[k];
    const moved = { ArrowUp: now + 5, ArrowDown: now - 5, PageUp: now + 20, PageDown: now - 20, Home: 0, End: 100 }[event.key];
    const beside = { ArrowLeft: knots[k - 1], ArrowRight: knots[k + 1] }[event.key];
    if (moved !== undefined) values[k] = Math.max(0, Math.min(100, moved));
    if (moved !== undefined) complete();
    if (beside) beside.focus();
    if (moved !== undefined || beside) event.preventDefault();
  }));
  show();
}
