const steps = [...document.querySelectorAll("section[data-step]")];
const said = JSON.parse(document.getElementById("said").textContent);
const bet = document.getElementById("bet"), slider = bet.querySelector("input[type=range]");
const chart = document.querySelector("svg.sketch"), own = chart.querySelector(".drawn");
const drawing = chart.closest("fieldset");
sketching(chart, null, () => {});
const button = document.createElement("button");
button.type = "button";
let step = 0;
function value() {
  if (slider) return slider.value;
  const chosen = bet.querySelector("input:checked");
  return chosen ? chosen.value : null;
}
function show() {
  steps.forEach((one, k) => { one.hidden = k > step; });
  button.hidden = step === steps.length - 1;
  const next = steps[Math.min(step + 1, steps.length - 1)].dataset.step;
  button.textContent = step === 0 ? "Place my bet and run" : "Next: " + next;
  button.disabled = step === 0 && value() === null;
  steps[step].append(button);
}
button.addEventListener("click", () => {
  if (step === 0) {
    document.getElementById("verdict").textContent = said[value()];
    bet.disabled = true;
    if (own.getAttribute("points")) {
      document.querySelector(`figure[data-measure=${drawing.dataset.of}] > svg`).append(own.cloneNode());
      document.getElementById("own").hidden = false;
    }
    drawing.hidden = true;
  }
  step += 1;
  show();
  const head = steps[step].querySelector("h2");
  head.tabIndex = -1;
  head.focus();
});
bet.addEventListener("input", () => {
  if (slider) bet.querySelector("output").textContent = slider.value + " " + slider.dataset.unit;
  button.disabled = step === 0 && value() === null;
});
const levers = [...document.querySelectorAll("select[data-lever]")];
function tried() {
  const key = levers.map(one => one.value).join("-");
  for (const one of document.querySelectorAll("[data-trial]")) one.hidden = one.dataset.trial !== key;
}
levers.forEach(one => one.addEventListener("change", tried));
const models = [...document.querySelectorAll("select[data-models]")];
function modelled() {
  const key = models.map(one => one.value).join(" ");
  for (const one of document.querySelectorAll("[data-model]")) one.hidden = one.dataset.model !== key;
}
models.forEach(one => one.addEventListener("change", modelled));
modelled();
tried();
show();
