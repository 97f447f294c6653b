// The right side of Explore as HTML: the story in three steps, what it gives, the comparison, the recovery, and their
// charts. The same as dashboard/explore_view.py, explore_figures.py and templates/explore.html make.

function storyOf(tables, state, words) {
  const {measures} = tables, {charts, steps, given, compared, ours, measures: more} = tables.explore
  const {colours, wide: WIDE, narrow: NARROW, height: HEIGHT} = charts, style = {...charts, measures}
  const {formatValue, formatHalfWidth, formatGap} = words

  // --- curves -----------------------------------------------------------------------------------------------------

  // The course over histories: means of groups of weeks, and the 95 % interval of each.
  function curve(histories, points) {
    const weeks = histories[0].length, size = Math.max(1, Math.ceil(weeks / points)), found = []
    for (let group = 0; group < weeks; group += size) {
      const end = Math.min(weeks, group + size), length = end - group
      // NumPy adds up the rest of each group before its first one.
      const {mean, half: width} = band(histories.map(one => (one[group] + sum(one, group + 1, end)) / length), tables.quantiles)
      const half = Number.isNaN(width) ? 0 : width
      found.push({week: group + (length - 1) / 2 + 1, mean, low: mean - half, high: mean + half})
    }
    return found
  }

  function courses(answer, measure) {
    const points = charts.rates.includes(measure) ? Math.max(8, Math.floor(charts.points / 3)) : charts.points
    return answer.choices.scenarios.map((_, a) => curve(answer.weekly(a, measure), points))
  }

  // The line of a shock, named above the area, where no curve goes.
  function shockAt(plot, week) {
    const x = plot.x(week, pythonTenth), middle = Math.min(Math.max(x, plot.left), plot.edge - 8)
    return element('line', {class: 'shock', x1: x, x2: x, y1: plot.above, y2: plot.low}) +
      label(middle, plot.above - 5, 'shock', 'middle', {class: 'shock'})
  }

  // Invisible stretches of weeks that tell their numbers when the pointer rests on them.
  function readings(plot, curves, letters) {
    const at = k => (k === charts.spans ? plot.end : k * (plot.end / charts.spans))
    return Array.from({length: charts.spans}, (_, k) => {
      const start = at(k), end = at(k + 1), lines = [`weeks ${fixed(start, 0)} to ${fixed(end, 0)}`]
      curves.forEach((one, a) => {
        const within = one.filter(({week}) => week > start && week <= end).map(({mean}) => mean)
        if (within.length) lines.push(`${letters[a]}: ${formatValue(meanOf(within), plot.measure, 1)}`)
      })
      const place = {x: plot.x(start), width: plot.x(end) - plot.x(start), y: plot.above, height: plot.low - plot.above}
      return element('rect', {class: 'span', ...place}, element('title', {}, escaped(lines.join('\n'))))
    }).join('')
  }

  // The course of a measure in every scenario, with bands; a line marks a shock.
  function chart(answer, measure, width) {
    const curves = courses(answer, measure), {weeks, letters} = answer
    const top = more[measure].bounded ? 1 : Math.max(...curves.flat().map(one => one.high))
    const plot = new Plot(style, measure, weeks, top, {width})
    const shocks = [...new Set(answer.choices.scenarios.map(one => one.values.shock_week))].filter(Boolean).sort((a, b) => a - b)
    const ends = curves.map((one, a) =>
      `${letters[a]} from ${formatValue(one[0].mean, measure)} to ${formatValue(one.at(-1).mean, measure)}`).join(', ')
    const parts = [plot.grid(), plot.curves(curves), ...shocks.map(week => shockAt(plot, week)), readings(plot, curves, letters)]
    return picture(width, HEIGHT, `${measures[measure].title} over ${weeks} weeks: ${ends}`, parts.join(''))
  }

  // How people spend their week in each scenario: a bar of three parts for each.
  function weekBars(answer) {
    const colourOf = Object.entries(charts.spaces), count = answer.letters.length, space = HEIGHT - 40, left = 18
    const height = Math.min(30, space / count - 6), told = []
    const parts = colourOf.flatMap(([name, fill], k) => {
      const x = [2, 78, 182][k]
      return [element('rect', {x, y: 8, width: 11, height: 11, fill}), label(x + 15, 18, name, 'start')]
    })
    for (let a = 0; a < count; a++) {
      const letter = answer.letters[a], y = 36 + a * space / count
      let x = left
      parts.push(label(2, y + height / 2 + 4, letter, 'start', {class: 'letter'}))
      for (const [name, fill] of colourOf) {
        const share = answer.row(a, `time_${name}`).mean, width = (NARROW - left) * share
        told.push(`${letter}: ${formatShare(share)} of the week for ${name}`)
        parts.push(element('rect', {x, y, width, height, fill}, element('title', {}, escaped(told.at(-1)))))
        if (width > 28) parts.push(label(x + width / 2, y + height / 2 + 4, formatShare(share), 'middle', {class: 'inside'}))
        x += width
      }
    }
    return picture(NARROW, HEIGHT, told.join('; '), parts.join(''))
  }

  // --- the story --------------------------------------------------------------------------------------------------

  // A word that explains itself when the pointer rests on it or the keyboard reaches it.
  const term = (told, meaning) => `<span class="term" tabindex="0" data-tip="${escaped(meaning)}">${escaped(told)}</span>`

  const added = answer => answer.measures.filter(name => !ours.includes(name))
  const rows = (answer, measure) => answer.choices.scenarios.map((_, a) => answer.row(a, measure))
  const halfOf = (row, measure) => formatHalfWidth(row.high - row.mean, measure)

  // A measure: its name and question, its means, its chart. A step of the story has a number.
  function card(answer, measure, {title = measures[measure].title, parts = [], number = 0, width = NARROW} = {}) {
    const {question, shown_unit: unit, explanation} = measures[measure], all = rows(answer, measure), many = all.length > 1
    const step = number ? `<span class="step" aria-hidden="true">${number}</span>` : ''
    const numbers = all.map((row, a) => {
      const letter = many ? `<i style="color:${colours[a]}">${answer.letters[a]}</i> ` : ''
      return `<div>${letter}<b>${escaped(formatValue(row.mean, measure))}</b> <small>± ${sentence(halfOf(row, measure))}</small></div>`
    })
    if (unit && number) numbers.push(`<div><small>${escaped(unit)}</small></div>`)
    if (parts.length && !many) {
      const made = parts.map(part => {
        const value = escaped(formatValue(answer.row(0, part).mean, part)), {title: called, explanation: meaning} = measures[part]
        if (part === 'viable') return `${value} of them ${term('better than current practice', meaning)}`
        return `${term(called.toLowerCase(), meaning)} ${value}`
      })
      numbers.push(`<div class="parts">${made.join(' · ')}</div>`)
    }
    const below = unit && !number ? `<br>${escaped(unit)}` : ''
    return `<section class="card"><h3>${step}${term(title, explanation)}</h3><p>${escaped(question)}${below}</p>` +
      `<div class="numbers n${all.length}">${numbers.join('')}</div>${chart(answer, measure, width)}</section>`
  }

  // The three steps and what they give.
  function story(answer) {
    const path = steps.map(({title, measure, more: parts}, k) => card(answer, measure, {title, parts, number: k + 1, width: WIDE}))
    const [innovation, output, overload] = given.map(measure => card(answer, measure)), extra = added(answer)
    const began = words.whereItBegan(answer), others = extra.map(one => card(answer, one)).join('')
    const shown = [...steps.map(one => one.measure), ...given, ...extra]
    const missing = shown.some(measure => rows(answer, measure).some(row => halfOf(row, measure) === '–'))
    const soFar = (missing ? ` ± ${tables.explore.words.no_interval}` : '') +
      (answer.whole ? '' : ` First answer from ${answer.seeds.length} of ${answer.choices.runs} runs.`)
    const means = `means over ${words.weeksText(answer.weeks)} and ${words.histories(state.seedsOf(answer.choices))}`
    return `<div class="steps">${path.join('<div class="arrow" aria-hidden="true">→</div>')}</div>` +
      `<h2 class="gives">Results</h2><div class="given">${innovation}${output}` +
      `<section class="card"><h3>${term("People's time", 'the mean week of all people: networks, communities and teams')}</h3>` +
      `<p>How the week is spent<br>share of all hours</p>${weekBars(answer)}${began ? `<p>${sentence(began)}</p>` : ''}</section>` +
      `${overload}</div>` +
      (extra.length ? `<h2 class="gives">Measures of extensions</h2><div class="given">${others}</div>` : '') +
      `<p class="note">Numbers: ${escaped(means)}, ± half the width of the 95 % confidence interval; ` +
      `bands: 95 % confidence interval of each mean.${escaped(soFar)}</p>`
  }

  // Every other scenario against A: in words, and all differences in a table.
  function comparison(answer) {
    const {letters, choices: {scenarios}} = answer
    if (letters.length < 2) return ''
    const articles = scenarios.slice(1).map((scenario, k) => {
      const a = k + 1, [lead, ...rest] = words.headline(answer, a)
      return `<article><h3>${letters[a]}: ${escaped(state.nameOf(scenario))}, compared with A</h3>` +
        `<p class="lead">${swatch(style, a)} ${sentence(lead)}</p>${rest.map(one => `<p>${sentence(one)}</p>`).join('')}` +
        `<ul>${words.details(answer, a).map(one => `<li>${sentence(one)}</li>`).join('')}</ul></article>`
    })
    let missing = false
    const lines = [...compared, ...added(answer)].map(measure => {
      const cells = rows(answer, measure).map((row, a) => {
        const gap = a ? formatGap(row) : ''
        missing ||= gap.includes('± –')
        return `<td>${escaped(formatValue(row.mean, measure))}${gap ? `<small>${escaped(gap)}</small>` : ''}</td>`
      })
      return `<tr><th scope="row">${term(measures[measure].title, measures[measure].explanation)}</th>${cells.join('')}</tr>`
    })
    const heads = [...letters].map((letter, a) => `<th scope="col">${swatch(style, a)} ${letter}</th>`).join('')
    return '<section class="card wide compare"><h2>Comparison with scenario A</h2><div class="sides">' +
      `<div class="words">${articles.join('')}</div><div class="differences">` +
      '<div class="scroll" role="group" aria-label="Differences in numbers" tabindex="0"><table>' +
      `<thead><tr><td></td>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table></div>` +
      '<p class="note">▲ more, ▼ less than A: the 95 % confidence interval of the paired difference excludes 0; + and −: it does not.' +
      `${escaped(missing ? ` ± ${tables.explore.words.no_interval}` : '')}</p></div></div></section>`
  }

  // How the scenarios took the shock; nothing if there was none.
  function afterwards(answer) {
    const lines = answer.choices.scenarios.flatMap((_, a) => words.afterShock(answer, a))
    if (!lines.length) return ''
    const meaning = 'output compared with its mean over the 13 weeks before; recovered: 95 % of what was lost is regained'
    return `<section class="card wide shocked"><h2>${term('After the shock', meaning)}</h2>` +
      `<ul>${lines.map(one => `<li>${sentence(one)}</li>`).join('')}</ul></section>`
  }

  // --- files ------------------------------------------------------------------------------------------------------

  const quoted = one => (/[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)
  const number = value => (Number.isNaN(value) ? '' : floatText(value))

  const NUMBERS = ['mean', 'low', 'high', 'difference', 'difference_low', 'difference_high']

  // Means, intervals and paired differences, a row for each scenario and measure: the dashboard's CSV.
  function summaryCsv(answer) {
    const {choices: {scenarios}, letters, histories, measures: names, weeks} = answer
    const heads = `letter,policy,world,scenario,measure,unit,${NUMBERS},variance_ratio,replicates,equal,difference_equal`
    const means = histories.map(of => of.map(one => runMeans(one, names.length, warmUp(weeks))))
    const lines = answer.table.flatMap((of, a) => of.map((row, k) => {
      const own = means[a].map(one => one[k]), base = means[0].map(one => one[k])
      return [
        letters[a], quoted(scenarios[a].policy), quoted(scenarios[a].world), answer.keys[a], row.measure,
        quoted(measures[row.measure].unit), ...NUMBERS.map(one => number(row[one])),
        number(a ? varianceRatio(own, base) : NaN), row.replicates, row.equal, row.difference_equal,
      ].join(',')
    }))
    return `${[heads, ...lines].join('\n')}\n`
  }

  // What pairing gained: the variance of an unpaired difference over that of the paired one.
  function varianceRatio(one, other) {
    const gap = one.map((value, s) => value - other[s])
    const known = values => values.map((value, s) => (Number.isNaN(gap[s]) ? NaN : value))
    const [first, second, both] = [one, other, gap].map(values => {
      const {count, squares} = moments(known(values)), deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : NaN
      return deviation * deviation
    })
    return (first + second) / both
  }

  // Every week of every run: pieces of a file, a piece for each run.
  function* weeklyCsv(answer) {
    const {choices: {scenarios}, letters, seeds, histories, measures: names, weeks} = answer
    yield `letter,policy,world,scenario,seed,week,${names.join(',')}\n`
    for (let a = 0; a < letters.length; a++) {
      const start = [letters[a], quoted(scenarios[a].policy), quoted(scenarios[a].world), answer.keys[a]].join(',')
      for (let s = 0; s < seeds.length; s++) {
        const lines = []
        for (let week = 0; week < weeks; week++) {
          const row = histories[a][s].subarray(week * names.length, (week + 1) * names.length)
          lines.push(`${start},${seeds[s]},${week + 1},${Array.from(row, number).join(',')}\n`)
        }
        yield lines.join('')
      }
    }
  }

  return {story, comparison, afterwards, swatch: a => swatch(style, a), summaryCsv, weeklyCsv}
}
