// Answers in plain words, as dashboard/narrative.py: what a scenario gives more or less than another, how sure that is,
// and what it costs.

// What became of some choices, from as many of the seeds as there are so far: histories[a][s]; `keys`: of the scenarios.
class Answer {
  constructor(tables, state, choices, histories, keys) {
    Object.assign(this, {choices, histories, keys})
    this.measures = tables.layout.measures
    this.weeks = state.active(choices).weeks
    this.letters = state.lettersOf(choices)
    this.seeds = state.seedsOf(choices).slice(0, histories[0].length)
    this.table = summarise(histories, this.measures, this.weeks, tables.quantiles)
  }

  get whole() { return this.seeds.length === this.choices.runs }

  row(a, measure) { return this.table[a][this.measures.indexOf(measure)] }

  // The histories of a measure in a scenario: one array of weeks for each seed.
  weekly(a, measure) {
    const width = this.measures.length, k = this.measures.indexOf(measure)
    return this.histories[a].map(one => Float64Array.from({length: this.weeks}, (_, week) => one[week * width + k]))
  }

  // How output took the shock, under each seed; nothing if there is none to look at.
  recoveries(a) {
    const week = this.choices.scenarios[a].values.shock_week
    return week >= 2 ? this.weekly(a, 'output').map(output => recovery(output, week)) : []
  }
}

function wordsOf(tables, state) {
  const {measures, quantiles} = tables, {compared} = tables.explore
  const {hours: HOURS, least_hours: LEAST, last: LAST} = tables.explore.charts
  const minus = text => text.replaceAll('-', '−')

  const formatValue = (value, measure, more) => formatMeasure(value, measures[measure], more)
  const formatHalfWidth = (half, measure, more) => formatHalf(half, measures[measure], more)

  // ▲ or ▼ if the interval of a paired difference excludes 0, else + or − (a blank for none at all).
  function mark({difference, difference_low: low, difference_high: high}) {
    if (low > 0) return '▲'
    if (high < 0) return '▼'
    return difference > 0 ? '+' : difference < 0 ? '−' : ' '
  }

  // The paired difference of a row, marked, with half the width of its interval; of percent, in points.
  function formatGap(row) {
    const {factor, decimals} = measures[row.measure], half = row.difference_high - row.difference
    const size = formatNumber(Math.abs(row.difference) * factor, decimals + 1)
    return `${mark(row)}${size} ± ${formatHalfWidth(half, row.measure, 1)}${factor === 100 ? ' points' : ''}`
  }

  const weeksText = weeks => `weeks ${warmUp(weeks) + 1} to ${weeks}`
  const histories = seeds => `${seeds.length} simulated histories (seeds ${seeds[0]} to ${seeds.at(-1)})`

  // --- differences ------------------------------------------------------------------------------------------------

  // A paired difference, and how sure it is, in a sentence.
  function difference(row, one, other) {
    const {factor, decimals: usual, noun, less} = measures[row.measure]
    const [value, low, high] = ['difference', 'difference_low', 'difference_high'].map(name => row[name] * factor)
    // As many decimals as tell the ends of the interval apart from each other and from 0.
    const closest = Math.min(Math.abs(low), Math.abs(high), high - low)
    const decimals = usual + (closest < 2 * Number(`1e-${usual}`) ? 1 : 0)
    const shown = number => minus(fixed(number + 0, decimals)), points = factor === 100 ? ' points' : ''
    if (Number.isNaN(high)) return withoutInterval(row, one, other)
    if (low === 0 && high === 0) return `${one} and ${other} give exactly the same ${noun}.`
    if (low <= 0 && 0 <= high) {
      const interval = `95 % confidence interval: ${shown(low)} to ${shown(high)}`
      return `No clear difference in ${noun} between ${one} and ${other}: ${shown(value)}${points} (${interval}).`
    }
    const ends = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b)
    return `${one} gives ${shown(Math.abs(value))}${points} ${value > 0 ? 'more' : less} ${noun} than ${other} ` +
      `(95 % confidence interval: ${shown(ends[0])} to ${shown(ends[1])}).`
  }

  // A difference that is the same in so many runs that no interval of it can be given.
  function withoutInterval({measure, replicates, difference: gap, difference_equal: equal}, one, other) {
    const {noun, less} = measures[measure]
    if (equal === replicates && Math.abs(gap) < SAME) {
      return `${one} and ${other} give exactly the same ${noun} in all ${replicates} runs.`
    }
    const size = formatValue(Math.abs(gap), measure, 1).replace(' %', ' points')
    const why = whyNoInterval(equal, replicates).replace('no interval: ', '').replaceAll('value', 'difference')
    return `${one} gives ${size} ${gap > 0 ? 'more' : less} ${noun} than ${other} on average; ` +
      `no confidence interval can be given: ${why}.`
  }

  // --- what it costs ----------------------------------------------------------------------------------------------

  // The time that leaves the teams, and apart from it what running the policy takes.
  function cost(answer, a) {
    const {scenarios} = answer.choices, letter = answer.letters[a]
    const inTeams = timeInTeams(answer.row(a, 'time_teams'), answer.row(0, 'time_teams').mean, letter)
    return `${inTeams} ${timeOfPolicy(running(scenarios[a]), running(scenarios[0]), letter)}`
  }

  function timeInTeams(row, base, letter) {
    let [value, low, high] = ['difference', 'difference_low', 'difference_high'].map(name => HOURS * row[name])
    if (Number.isNaN(low)) low = high = value  // without an interval, since it is the same in all runs
    if (Math.abs(low) < LEAST && Math.abs(high) < LEAST) {
      return `Time in teams: ${formatShare(row.mean)} of the week in both ${letter} and A.`
    }
    const differs = !(low <= 0 && 0 <= high)
    // A difference is to be seen in the shares.
    const decimals = differs && formatShare(row.mean) === formatShare(base) ? 1 : 0
    const shares = `${formatShare(row.mean, decimals)} of the week in ${letter} (A: ${formatShare(base, decimals)})`
    if (!differs) {
      const ends = minus([low, high].map(end => fixed(rounded(end, 1) + 0, 1)).join(' to '))
      const interval = `95 % confidence interval of the difference: ${ends} hours per person in a ${HOURS}-hour week`
      return `Time in teams: ${shares}, about the same (${interval}).`
    }
    const [first, last] = [Math.abs(low), Math.abs(high)].sort((x, y) => x - y).map(end => fixed(end, 1))
    const sure = first !== last ? ` (95 % confidence interval: ${first} to ${last})` : ''
    const hours = `${fixed(Math.abs(value), 1)} hours ${value > 0 ? 'more' : 'less'} per person in a ${HOURS}-hour week`
    return `Time in teams: ${shares}, ${hours}${sure}.`
  }

  // The share of the week that running the policy takes, mean over the weeks that summaries are about.
  function running(scenario) {
    const first = warmUp(scenario.weeks) + 1, shares = new Float64Array(scenario.weeks - first + 1)
    for (const {week, values} of segmentsOf(scenario)) shares.fill(overheadOf(values, tables.layout), Math.max(0, week - first))
    return meanOf(shares)
  }

  function timeOfPolicy(own, base, letter) {
    const shares = [own, base].map(share => formatShare(share, 1))
    return shares[0] === shares[1]
      ? `Running the policy itself takes ${shares[0]} in both.`
      : `Running the policy itself takes ${shares[0]} in ${letter} and ${shares[1]} in A.`
  }

  // --- where people re-plan their own week ------------------------------------------------------------------------

  const replans = scenario => segmentsOf(scenario).some(({values}) => values.adaptation > 0)
  const split = (scenario, space) => scenario.values[`split_${space}`]

  // The share of the week that a space had in the end: mean of the last weeks, all people and runs.
  function ended(answer, a, space) {
    const runs = answer.weekly(a, `time_${space}`).map(one => one.slice(-LAST))
    return runs.reduce((total, one) => total + sum(one), 0) / (runs.length * runs[0].length)
  }

  // How the week is split in the end in a scenario and in A, where people re-plan it; empty if nowhere.
  function replanned(answer, a) {
    const letters = [answer.letters[0], answer.letters[a]], scenarios = [answer.choices.scenarios[0], answer.choices.scenarios[a]]
    const free = letters.filter((_, k) => replans(scenarios[k]))
    if (!free.length) return ''
    const starts = {}, ends = {}, apart = {}, moved = {}
    for (const space of SPACES) {
      starts[space] = scenarios.map(one => split(one, space))
      ends[space] = [ended(answer, 0, space), ended(answer, a, space)]
      apart[space] = rounded(Math.abs(starts[space][1] - starts[space][0]), 2)
      moved[space] = Math.max(...ends[space].map((end, k) => Math.abs(end - starts[space][k])))
    }
    const most = Object.values(apart).some(Boolean) ? apart : moved
    const space = ['communities', 'networks', 'teams'].reduce((best, one) => (most[one] > most[best] ? one : best))
    const where = free.length === 2 ? 'here' : `in ${free[0]}, not in ${letters.find(one => !free.includes(one))}`
    const weeks = Math.min(LAST, answer.weeks)
    return `People re-plan their own week ${where}: ${fromTo(space, starts[space], ends[space], letters, weeks)}.`
  }

  function fromTo(space, starts, ends, letters, weeks) {
    const [first, second] = starts.map(one => formatShare(one))
    const began = first === second ? `both policies start from ${first}` : `the policies start from ${first} and ${second}`
    const gaps = [Math.abs(starts[0] - starts[1]), Math.abs(ends[0] - ends[1])]
    const surprising = Math.abs(gaps[0] - gaps[1]) > Math.max(0.02, Math.max(...gaps) / 2)  // they came together, or moved apart
    const shares = `${formatShare(ends[0])} in ${letters[0]} and ${formatShare(ends[1])} in ${letters[1]}`
    return `${space} ended at ${shares} (last ${weeks} weeks)${surprising ? ', although' : ';'} ${began}`
  }

  // The starting splits of the scenarios in which people re-plan their week; empty if there is none.
  function whereItBegan({choices, letters}) {
    const starts = choices.scenarios.map((one, k) => [letters[k], replans(one) &&
      `${SPACES.map(space => fixed(100 * split(one, space), 0)).join('/')} %`]).filter(([, told]) => told)
    if (!starts.length) return ''
    const alike = starts.length === choices.scenarios.length && starts.every(([, told]) => told === starts[0][1])
    return `People re-plan their week. Starting split: ${alike ? starts[0][1] : starts.map(one => one.join(' ')).join(', ')}`
  }

  // --- after a shock ----------------------------------------------------------------------------------------------

  const margin = half => (Number.isNaN(half) ? '' : ` ± ${fixed(half, 0)}`)

  // How a scenario took its shock; empty if there was none.
  function recovered(answer, a) {
    const found = answer.recoveries(a), letter = answer.letters[a]
    if (!found.length) return ''
    const depth = intervalOf(found.map(one => one.depth), quantiles)
    if (Number.isNaN(depth.mean)) return `${letter} had no output to lose.`
    const back = intervalOf(found.map(one => one.weeks), quantiles), never = found.filter(one => Number.isNaN(one.weeks)).length
    const lost = `${formatShare(depth.mean)}${margin(depth.half * 100)} of its output`
    const text = `${letter} lost ${lost} in its worst week after the shock`
    if (never === found.length) return `${text} and did not recover in any run.`
    const later = never < found.length - 1 ? ` and recovered ${fixed(back.mean, 0)}${margin(back.half)} weeks later` : ''
    return `${text}${later}${never ? `; in ${never} of ${found.length} runs it did not recover` : ''}.`
  }

  // Which of two scenarios recovers sooner, seed by seed; empty if there is nothing to compare.
  function sooner(answer, a) {
    const own = answer.recoveries(a), base = answer.recoveries(0), count = Math.min(own.length, base.length)
    const {mean: gained, half} = intervalOf(own.slice(0, count).map((one, s) => base[s].weeks - one.weeks), quantiles)
    if (!a || Number.isNaN(half)) return ''
    const letter = answer.letters[a], low = gained - half, high = gained + half
    if (low <= 0 && 0 <= high) {
      const ends = minus(`${fixed(low, 0)} to ${fixed(high, 0)}`)
      return `No clear difference in recovery time between ${letter} and A (95 % confidence interval: ${ends} weeks).`
    }
    const [first, second] = gained > 0 ? [letter, 'A'] : ['A', letter]
    const bounds = [Math.abs(low), Math.abs(high)].sort((x, y) => x - y).map(one => fixed(one, 0))
    return `${first} recovers ${fixed(Math.abs(gained), 0)} weeks sooner than ${second} from its worst week, in runs where ` +
      `both recover (95 % confidence interval: ${bounds[0]} to ${bounds[1]} weeks).`
  }

  const afterShock = (answer, a) => [recovered(answer, a), sooner(answer, a)].filter(Boolean)

  // --- against scenario A -----------------------------------------------------------------------------------------

  const isSame = ({keys}, a) => keys[a] === keys[0]

  // What scenario a does, against scenario A: the main difference, and what it must be read with.
  function headline(answer, a) {
    if (isSame(answer, a)) return [`${answer.letters[a]} is the same as A so far: change one of its levers.`]
    return [difference(answer.row(a, compared[0]), answer.letters[a], 'A'), replanned(answer, a)].filter(Boolean)
  }

  // What it costs, and its other differences; nothing if it is the same.
  function details(answer, a) {
    if (isSame(answer, a)) return []
    return [cost(answer, a), ...compared.slice(1).map(measure => difference(answer.row(a, measure), answer.letters[a], 'A'))]
  }

  return {
    formatValue, formatHalfWidth, formatGap, mark, weeksText, histories, difference, cost, timeInTeams, timeOfPolicy, replanned,
    whereItBegan, recovered, sooner, afterShock, headline, details,
  }
}
