// The pictures of a lesson, and its table, as markup: dashboard/learn/lesson_figures.py and the macros of
// templates/steps.html.

const listed = words => `<ul>${words.map(one => `<li>${sentence(one)}</li>`).join('')}</ul>`
const paragraphs = words => words.map(one => `<p>${sentence(one)}</p>`).join('')

function figuresOf(table) {
  const {words, measures, figures, places: PLACES, parts: PARTS} = table
  const {spaces, width: WIDTH, height: HEIGHT, model: [WIDE, TALL], ink: INK, soft: SOFT, sources} = figures
  const style = {...figures, measures}

  const ownSwatch = '<svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><polyline class="drawn" points="0,4 28,4"/></svg>'

  // The course of a measure in every condition; and a line that was drawn before.
  function courses(found, measure, drawn = []) {
    const names = Object.keys(found.labels), curves = names.map(name => courseOf(found, name, measure))
    const top = measures[measure].bounded ? 1 : Math.max(...curves.map(one => Math.max(...one.map(({high}) => high))))
    const plot = new Plot(style, measure, found.end, top, {axis: found.axis}), made = [plot.grid(), plot.curves(curves)]
    if (drawn.length) {
      const line = knotsOf(found, figures.knots).map((week, k) => ({week, mean: drawn[k] / 100}))
      made.push(element('polyline', {class: 'drawn', points: plot.path(line)}))
    }
    const ends = curves.map((one, a) =>
      `${found.labels[names[a]]} from ${found.value(one[0].mean, measure)} to ${found.value(one.at(-1).mean, measure)}`).join(', ')
    const about = filled(words.course, {title: measures[measure].title, points: found.points, axis: found.axis, ends})
    return picture(WIDTH, HEIGHT, about, made.join(''))
  }

  // An empty chart to draw a line in; what draws is sketch.js.
  function blank(span, measure, about) {
    const plot = new Plot(style, measure, span.end, 1, {axis: span.axis})
    const knots = knotsOf(span, figures.knots).map(place => element('circle', {
      class: 'knot', cx: plot.x(place), cy: plot.y(0.5), r: 7, role: 'slider', tabindex: 0, 'aria-valuemin': 0, 'aria-valuemax': 100,
      'aria-label': plot.yearly
        ? filled(words.year, {number: fixed(place / 52, 1)})
        : filled(words.knot, {axis: span.axis, number: fixed(place, 0)}),
    }))
    const inside = [plot.area(), plot.grid(), element('polyline', {class: 'drawn'}), ...knots].join('')
    return picture(WIDTH, HEIGHT, about, inside, {role: 'group', class: 'sketch', 'data-low': plot.y(0), 'data-high': plot.y(1)})
  }

  // --- the two models of the seed ---------------------------------------------------------------------------------

  // The stretches that the diagrams can show: all years after the first weeks, and each year by itself.
  function years(found) {
    const last = found.points, count = Math.ceil(last / 52)
    const single = Array.from({length: count}, (_, k) =>
      [filled(words.year, {number: k + 1}), k * 52, Math.min(last, (k + 1) * 52)])
    return [[found.skip === 52 ? words.all_years : words.all_weeks, found.skip, last], ...single]
  }

  const most = (found, measure) =>
    Math.max(...Object.keys(found.courses).map(name => found.weeks(name, measure, 0, found.points)))

  // An arrow as wide as its value; a dotted line if nothing flows.
  function arrow(start, end, y, value, highest) {
    if (value <= 0) return element('line', {x1: start, x2: end + 8, y1: y, y2: y, stroke: SOFT, 'stroke-dasharray': '2 5'})
    const width = 1.5 + 6.5 * Math.min(1, highest ? value / highest : 0)
    const tip = [[end + 8, y], [end - 3, y - 5 - width / 2], [end - 3, y + 5 + width / 2]]
    const head = tip.map(([a, b], k) => `${fixed(a, 1)},${k ? fixed(b, 1) : b}`).join(' ')
    const line = element('line', {x1: start, x2: end - 2, y1: y, y2: y, stroke: INK, 'stroke-width': width})
    return line + element('polygon', {points: head, fill: INK})
  }

  // Networks, communities and teams: circles as large as their share of the week, and the ideas between them.
  function networkLearning(found, condition, first, last) {
    const mean = measure => found.weeks(condition, measure, first, last), told = measure => found.value(mean(measure), measure)
    const centres = [92, 278, 450], y = 138, made = [], said = [], edges = []
    PLACES.forEach(([name, title, about], k) => {
      const x = centres[k], radius = 92 * Math.sqrt(Math.max(0, mean(`time_${name}`)))
      edges.push(Math.max(radius, 16))
      made.push(
        element('circle', {cx: x, cy: y, r: radius, fill: spaces[name], stroke: INK, 'stroke-dasharray': name === 'networks' ? '7 5' : null}),
        label(x, 26, title, 'middle', {class: 'name'}), label(x, 44, about),
        label(x, y + 6, told(`time_${name}`), 'middle', {class: 'big'}),
      )
      said.push(filled(words.of_the_week, {title, share: told(`time_${name}`)}))
    })
    for (const [k, measure] of ['ideas_tested', 'ideas_adopted'].entries()) {
      const start = centres[k] + edges[k] + 3, end = centres[k + 1] - edges[k + 1] - 9
      made.push(arrow(start, end, y, mean(sources[k]) > 0 ? mean(measure) : 0, most(found, measure)))
      said.push(`${told(measure)} ${measures[measure].noun}`)
    }
    ;['seen', 'tested', 'adopted'].forEach((one, k) => {
      made.push(label(centres[k], 226, filled(words[one], {count: told(`ideas_${one}`)}), 'middle', {class: 'name'}))
    })
    const better = filled(words.better, {share: told('ideas_improving')})
    made.push(label(2, 246, words.ideas, 'start'), label(centres[2], 244, better))
    return picture(WIDE, TALL, [...said, better].join('; '), made.join(''))
  }

  // Awareness → Alternatives → Action: boxes filled as far as each goes, and what each is made of.
  function tripleSystem(found, condition, first, last) {
    const mean = measure => found.weeks(condition, measure, first, last), told = measure => found.value(mean(measure), measure)
    const boxes = [
      ['awareness', mean('awareness'), words.known],
      ['alternatives', mean('alternatives') / (most(found, 'alternatives') || 1), filled(words.viable, {count: told('viable')})],
      ['coherent_action', mean('coherent_action'), filled(words.made_of, {fit: told('fit'), agreement: told('agreement')})],
    ]
    const lefts = [14, 206, 398], made = [], said = []
    boxes.forEach(([measure, fill, note], k) => {
      const x = lefts[k], level = 130 * Math.min(1, Math.max(0, fill)), box = {x, width: 148, rx: 8}
      made.push(
        element('rect', {...box, y: 48, height: 130, fill: '#fff', stroke: INK}),
        element('rect', {...box, y: 178 - level, height: level, fill: Object.values(spaces)[k]}),
        label(x + 74, 32, PARTS[k], 'middle', {class: 'name'}), label(x + 74, 122, told(measure), 'middle', {class: 'big'}),
        label(x + 74, 200, note),
      )
      said.push(`${PARTS[k]} ${told(measure)}, ${note}`)
    })
    for (const [k, source] of ['awareness', 'alternatives'].entries()) {
      made.push(arrow(lefts[k] + 151, lefts[k + 1] - 11, 113, mean(source) > 0 ? 1 : 0, 2))
    }
    made.push(
      element('path', {d: 'M472 208 V226 H88 V214', fill: 'none', stroke: SOFT, 'stroke-dasharray': '4 4'}),
      element('polygon', {points: '88,206 83,216 93,216', fill: SOFT}), label(280, 243, words.look_again),
    )
    return picture(WIDE, TALL, said.join('; '), made.join(''))
  }

  // --- pieces of a page -------------------------------------------------------------------------------------------

  // Both models of the seed, with the numbers of a condition in a year (0: all).
  function diagrams(found, condition, year) {
    const [when, first, last] = years(found)[year], said = escaped(filled(words.shown, {label: found.labels[condition], when}))
    const figure = (title, inside) => `<figure><figcaption><b>${escaped(title)}</b> ${said}</figcaption>${inside}</figure>`
    return `<div class="pictures models">${figure(words.network_model, networkLearning(found, condition, first, last))}` +
      `${figure(words.triple_model, tripleSystem(found, condition, first, last))}</div>`
  }

  const legend = found => Object.values(found.labels).map((name, a) => [swatch(style, a), escaped(name)])

  // The courses of some measures below one legend; `drawn`: what was drawn of them, by measure.
  function charts(found, names, drawn = {}) {
    const own = Object.keys(drawn).map(name =>
      `<li>${ownSwatch} ${escaped(filled(words.your_line, {title: measures[name].title.toLowerCase()}))}</li>`)
    const key = [...legend(found).map(([line, name]) => `<li>${line} ${name}</li>`), ...own].join('')
    const cards = names.map(name => {
      const {title, what} = measures[name], caption = `<b>${escaped(title)}</b> ${escaped(what)}`
      return `<figure data-measure="${name}"><figcaption>${caption}</figcaption>${courses(found, name, drawn[name])}</figure>`
    })
    return `<ul class="key">${key}</ul><div class="pictures">${cards.join('')}</div>`
  }

  // The mean of each measure in each condition, with half the width of its 95 % interval.
  function numbers(found, names) {
    let missing = false
    const rows = names.map(name => {
      const {title, what} = measures[name], cells = Object.keys(found.labels).map(condition => {
        const half = found.halfWidth(found.half(condition, name), name, 1)
        missing ||= half === '–'
        return `<td>${escaped(found.told(condition, name, 1))} <small>± ${escaped(half)}</small></td>`
      })
      return `<tr><th scope="row">${escaped(title)}<small>${escaped(what)}</small></th>${cells.join('')}</tr>`
    })
    const when = found.skip < 0
      ? filled(words.after_rounds, {last: found.points - 1})
      : filled(words.over_weeks, {first: found.skip + 1, last: found.points})
    const means = filled(words.means, {when, seeds: found.seeds, missing: missing ? ` ± ${table.noInterval}` : ''})
    const heads = legend(found).map(([line, name]) => `<th scope="col">${line} ${name}</th>`).join('')
    return `<div class="scroll" role="group" aria-label="${escaped(words.numbers)}" tabindex="0"><table>` +
      `<thead><tr><td></td>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div><p class="means">${escaped(means)}</p>`
  }

  // All pictures and numbers of some runs, with the line that was drawn before them.
  function all(lesson, found, condition, year = 0, drawn = []) {
    const models = lesson.diagrams ? diagrams(found, condition || lesson.conditions[0].key, year) : ''
    return models + charts(found, lesson.charts, drawn.length ? {[lesson.sketch.measure]: drawn} : {}) + numbers(found, lesson.table)
  }

  // What to draw, and the empty chart.
  function sketch(lesson, span) {
    const {title} = measures[lesson.sketch.measure], own = lesson.conditions.find(one => one.key === lesson.sketch.condition)
    const asked = filled(words.asked_to_draw, {title: decapitalised(title), label: own.label})
    return `<p>${sentence(asked)} <small>${escaped(words.how_to_draw)}</small></p>${blank(span, lesson.sketch.measure, asked)}`
  }

  return {all, blank, charts, diagrams, numbers, sketch, years}
}
