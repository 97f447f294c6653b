// Means, intervals and paired differences, as analysis/statistics.py and analysis/estimates.py take them: to the bit.

const SAME = 1e-9   // values that differ by no more are equal
const ENOUGH = 20   // so many values that differ from the most common one are enough for a t interval

const warmUp = weeks => Math.floor(weeks / 5)

// Means of a history (float64, week by week) over the weeks later than `after`; a missing value is left out.
function runMeans(history, measures, after) {
  const weeks = history.length / measures, out = new Float64Array(measures)
  for (let k = 0; k < measures; k++) {
    let total = 0, count = 0
    for (let week = after; week < weeks; week++) {
      const value = history[week * measures + k]
      if (!Number.isNaN(value)) { total += value; count++ }
    }
    out[k] = total / count
  }
  return out
}

// How many of some values are equal to the most common one; at least 1.
function mostCommon(values) {
  const sorted = values.filter(one => !Number.isNaN(one)).sort((a, b) => a - b)
  let most = 1, run = 1
  for (let k = 1; k < sorted.length; k++) {
    run = sorted[k] - sorted[k - 1] <= SAME ? run + 1 : 1
    most = Math.max(most, run)
  }
  return most
}

const nearlyConstant = (equal, count) => equal >= 2 && 2 * equal >= count && count - equal < ENOUGH

function moments(values) {
  let count = 0, total = 0
  for (const one of values) if (!Number.isNaN(one)) { total += one; count++ }
  const mean = total / count
  let squares = 0
  for (const one of values) if (!Number.isNaN(one)) squares += (one - mean) * (one - mean)
  return {count, mean, squares}
}

// Half the width of the 95 % t interval of a mean; `quantiles[n]` is that of n values.
const halfWidth = (squares, count, quantiles) =>
  count > 1 ? quantiles[count] * Math.sqrt(squares / ((count - 1) * count)) : NaN

// What replicates say of a mean. The half-width is nan where the values are too nearly constant for an interval.
function summary(values, quantiles) {
  const {count, mean, squares} = moments(values), equal = mostCommon(values)
  const half = nearlyConstant(equal, count) ? NaN : halfWidth(squares, count, quantiles)
  return {count, mean, half, equal}
}

// Mean and half-width of some values, as Python takes them from an array in one piece.
function intervalOf(values, quantiles) {
  const known = Array.from(values, one => (Number.isNaN(one) ? 0 : one))
  const count = values.filter(one => !Number.isNaN(one)).length, mean = sum(known) / count
  const squares = sum(Array.from(values, one => (Number.isNaN(one) ? 0 : (one - mean) * (one - mean))))
  return {mean, half: nearlyConstant(mostCommon(values), count) ? NaN : halfWidth(squares, count, quantiles)}
}

// The same for the eye, point by point of a curve: with an interval of nearly constant values, too.
function band(values, quantiles) {
  const {count, mean, squares} = moments(values)
  return {mean, half: halfWidth(squares, count, quantiles)}
}

// Why there is no interval, in words; empty if there is one.
function whyNoInterval(equal, count) {
  if (count < 2) return 'no interval: at least 2 runs are needed'
  const which = equal === count ? `all ${count}` : `${equal} of ${count}`
  return nearlyConstant(equal, count) ? `no interval: ${which} runs give the same value` : ''
}

// The table of `compare`: for each scenario and measure a row, with paired differences from the first scenario.
// `histories[a][s]` is the history of scenario a under seed number s.
function summarise(histories, measures, weeks, quantiles) {
  const means = histories.map(of => of.map(one => runMeans(one, measures.length, warmUp(weeks))))
  return means.map((own, a) => measures.map((measure, k) => {
    const values = own.map(row => row[k]), gaps = own.map((row, s) => row[k] - means[0][s][k])
    const found = summary(values, quantiles), gap = summary(gaps, quantiles), margin = a ? gap.half : 0
    return {
      measure, mean: found.mean, low: found.mean - found.half, high: found.mean + found.half,
      difference: gap.mean, difference_low: gap.mean - margin, difference_high: gap.mean + margin,
      replicates: own.length, equal: found.equal, difference_equal: gap.equal,
    }
  }))
}

// How output (weekly, from week 1 on) took a shock: the share that was lost, and the weeks from the worst one until
// 95 % of the loss was back (nan: never).
function recovery(output, shockWeek, before = 13, after = 52, regained = 0.95) {
  const earlier = output.slice(Math.max(0, shockWeek - 1 - before), shockWeek - 1)
  const level = earlier.reduce((a, b) => a + b, 0) / earlier.length
  if (!(level > 0)) return {depth: NaN, weeks: NaN}
  const rest = output.slice(shockWeek - 1), near = rest.slice(0, after)
  const lowest = near.indexOf(Math.min(...near)), goal = rest[lowest] + regained * (level - rest[lowest])
  const back = rest.slice(lowest).findIndex(one => one >= goal)
  return {depth: 1 - rest[lowest] / level, weeks: back < 0 ? NaN : back}
}
