"""A lesson as one HTML file that works from disk: all its runs are in it, so it needs neither Python nor a network.

Without scripts the page shows all steps at once; with them a bet comes first, and the levers of *try* choose among
runs that were made beforehand.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...present.html import STYLE, data_script
from . import pages
from .lesson_figures import OWN_SWATCH, charts, diagrams, table, years
from .plan import Lesson, Lever, Value
from .play import STEPS
from .results import Findings
from .runs import findings, trials

LOOK, SKETCHER = (Path(__file__).with_name(name) for name in ("look.css", "sketch.js"))
PAGE = """
main.lesson { font-size: 17px; }
.lesson section { scroll-margin-top: 10px; }
.lesson button { font: inherit; color: #fff; background: #005a91; border: none; border-radius: 6px; padding: 8px 18px; }
.lesson button:disabled { background: #6b7680; cursor: default; }
.lesson summary { cursor: pointer; font-weight: 650; }
:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
[hidden] { display: none; }
@media print { [hidden] { display: revert; } button { display: none; } }
"""
SCRIPT = """
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
"""


def exported(lesson: Lesson, seed: int = 1, tell: Callable[[str], None] = lambda _: None) -> str:
    """The whole file; `tell` hears how far it is."""
    found, settings, tried = findings(lesson, seed), list(trials(lesson)), []
    for number, setting in enumerate(settings, start=1):
        tell(f"making the page: {number} of {len(settings)} sets of runs …")
        tried.append(_trial(lesson, setting, findings(lesson, seed, setting)))
    said = {str(value): pages.judged(lesson, found, value) for value in lesson.bet.values}
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(lesson.title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}{LOOK.read_text(encoding="utf-8")}{PAGE}</style>
</head>
<body>
<main class="lesson">
<header><h1>{html.escape(lesson.title)}</h1><p class="idea">{html.escape(lesson.idea)}</p></header>
{_steps(lesson, found, tried)}
<section><details><summary>Teacher's notes</summary>{pages.notes(lesson)}</details></section>
<p>Class {seed}. Made with tripleos. Anybody can repeat the runs: the same class number gives the same numbers.</p>
</main>
{data_script("said", said)}
<script>{SKETCHER.read_text(encoding="utf-8")}{SCRIPT}</script>
</body>
</html>
"""


def file_name(lesson: Lesson, seed: int) -> str:
    """What the file is called."""
    return f"lesson_{lesson.name}_class_{seed}.html"


def _steps(lesson: Lesson, found: Findings, tried: Sequence[str]) -> str:
    """All steps, one section each."""
    verdict = (
        '<p class="lead" id="verdict" role="status"></p>'
        f'<p id="own" hidden>{OWN_SWATCH} The dotted line is the one that you drew.</p>'
    )
    bodies = {
        "predict": pages.predict(lesson) + _bet(lesson),
        "run": f"{verdict}{pages.run(lesson, found, None)}{_figures(lesson, found)}",
        "notice": pages.notice(lesson),
        "explain": pages.explain(lesson, found),
        "try": _trials(lesson, tried),
        "extend": pages.extend(lesson),
    }
    return "\n".join(
        f'<section data-step="{title.lower()}"><h2>{number}. {title}</h2><p>{about}</p>{bodies[key]}</section>'
        for number, (key, title, about) in enumerate(STEPS, start=1)
    )


def _bet(lesson: Lesson) -> str:
    bet = lesson.bet
    if bet.options:
        inputs = "".join(
            f'<label><input type="radio" name="bet" value="{one.key}">{html.escape(one.label)}</label>'
            for one in bet.options
        )
    else:
        middle = bet.values[len(bet.values) // 2]
        inputs = (
            f'<input type="range" aria-label="Your bet" min="{bet.low}" max="{bet.high}" step="{bet.step}" '
            f'value="{middle}" data-unit="{bet.unit}"><output>{middle} {bet.unit}</output>'
        )
    return (
        f'<fieldset id="bet"><legend>{html.escape(bet.question)}</legend>{inputs}</fieldset>'
        f'<fieldset data-of="{lesson.sketch.measure}"><legend>And if you like, draw it</legend>'
        f"{pages.sketch(lesson)}</fieldset>"
    )


def _figures(lesson: Lesson, found: Findings) -> str:
    """The pictures of the lesson; the diagrams once for each condition and year, one of which is shown."""
    if not lesson.diagrams:
        return pages.figures(lesson, found)
    spans = years(found)
    cases = "".join(f'<option value="{one.key}">{html.escape(one.label)}</option>' for one in lesson.conditions)
    times = "".join(f'<option value="{k}">{name}</option>' for k, (name, _, _) in enumerate(spans))
    drawn = "".join(
        f'<div data-model="{one.key} {k}">{diagrams(found, one.key, k)}</div>'
        for one in lesson.conditions
        for k in range(len(spans))
    )
    choice = (
        f'<p class="levers-of"><label>Show the organisation <select data-models>{cases}</select></label>'
        f"<label>in <select data-models>{times}</select></label></p>"
    )
    return f"{choice}{drawn}{charts(found, lesson.charts)}{table(found, lesson.table)}"


def _trials(lesson: Lesson, tried: Sequence[str]) -> str:
    """The levers, and for each of their settings what comes of it."""
    selects = "".join(_select(lever) for lever in lesson.levers)
    return f'<p class="levers-of">{selects}</p>{"".join(tried)}'


def _select(lever: Lever) -> str:
    options = "".join(
        f'<option value="{k}"{" selected" if value == lever.usual else ""}>{html.escape(label)}</option>'
        for k, (value, label) in enumerate(lever.values)
    )
    return f"<label>{html.escape(lever.label)}: <select data-lever>{options}</select></label>"


def _trial(lesson: Lesson, setting: Mapping[str, Value], found: Findings) -> str:
    key = "-".join(str(lever.allowed.index(setting[lever.name])) for lever in lesson.levers)
    named = "; ".join(f"{lever.label}: {dict(lever.values)[setting[lever.name]]}" for lever in lesson.levers)
    body = f"{pages.trial(lesson, found)}{charts(found, lesson.charts)}{table(found, lesson.table)}"
    return f'<div data-trial="{key}"><h4>{html.escape(named)}</h4>{body}</div>'
