// What is said of the runs of a lesson: dashboard/learn/results.py, telling.py and parts of pages.py. No text is here;
// all of them are data of the lessons, or sentences of words.py.

// A sentence with what stands in its braces filled in.
const filled = (sentence, given) => sentence.replace(/\{(\w+)\}/g, (place, name) => (name in given ? String(given[name]) : place))

const decapitalised = text => text.slice(0, 1).toLowerCase() + text.slice(1)

// `labels`: what each condition is called; `courses[condition][measure][seed]`: an array of numbers, point by point.
class Results {
  constructor(table, labels, courses, {axis, start, skip}) {
    Object.assign(this, {table, labels, courses, axis, start, skip})
    this.points = Object.values(Object.values(courses)[0])[0][0].length
    this.seeds = Object.values(Object.values(courses)[0])[0].length
  }

  get end() { return this.start + this.points - 1 }

  // For each seed the mean over some points.
  over(condition, measure, first, last = this.points) {
    return this.courses[condition][measure].map(course => sum(course, first, last) / (last - first))
  }

  samples(condition, measure) { return this.over(condition, measure, this.skip < 0 ? this.points - 1 : this.skip) }

  mean(condition, measure) { return meanOf(this.samples(condition, measure)) }

  interval(values) { return intervalOf(values, this.table.quantiles) }

  half(condition, measure) { return this.interval(this.samples(condition, measure)).half }

  weeks(condition, measure, first, last) { return meanOf(this.over(condition, measure, first, last)) }

  point(at) { return Math.min(at, this.points - 1) }

  told(condition, measure, more = 0) { return this.value(this.mean(condition, measure), measure, more) }

  toldAt(condition, measure, at) {
    return this.value(this.weeks(condition, measure, this.point(at), this.point(at) + 1), measure)
  }

  // The mean over the seeds, point by point.
  meanCourse(condition, measure) {
    const courses = this.courses[condition][measure]
    return Array.from(courses[0], (_, t) => courses.reduce((total, one) => total + one[t], 0) / courses.length)
  }

  gapOf(values, measure) {
    const {mean, half} = this.interval(values), low = mean - half, high = mean + half
    return {measure, mean, low, high, sign: (low > 0) - (high < 0)}
  }

  gap(one, other, measure) {
    const others = this.samples(other, measure)
    return this.gapOf(this.samples(one, measure).map((value, s) => value - others[s]), measure)
  }

  beyondTheSum(both, [first, second], neither, measure) {
    const [together, one, other, none] = [both, first, second, neither].map(name => this.samples(name, measure))
    return this.gapOf(together.map((value, s) => value - one[s] - other[s] + none[s]), measure)
  }

  compared(one, other, measure) {
    const {noun, more, less} = this.table.measures[measure], {words} = this.table, gap = this.gap(one, other, measure)
    const [first, second] = [one, other].map(name => filled(words.quoted, {label: this.labels[name]}))
    const pair = {first, second, noun}, others = this.samples(other, measure)
    if (this.samples(one, measure).every((value, s) => value === others[s])) return filled(words.equal, pair)
    if (Number.isNaN(gap.low)) return filled(words.few, pair)
    if (!gap.sign) return filled(words.unclear, {...pair, size: this.size(gap)})
    return filled(words.differs, {...pair, word: gap.sign > 0 ? more : less, size: this.size(gap)})
  }

  // A difference, and between what it is.
  size({measure, mean, low, high, sign}) {
    const {factor, decimals: usual} = this.table.measures[measure], {words} = this.table, told = one => this.value(one, measure, 1)
    if (Number.isNaN(low)) return filled(words.no_interval, {mean: told(mean)})
    if (!sign) return filled(words.interval, {mean: told(mean), low: told(low), high: told(high)})
    const ends = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b)
    const [size, least, most] = [Math.abs(mean), ...ends].map(one => one * factor)
    let decimals = usual
    while (Math.min(least, most - least) < 2 * Number(`1e-${decimals}`) && decimals < usual + 2) decimals++
    const [a, b, c] = [size, least, most].map(one => formatNumber(one, decimals))
    return filled(words.interval, {mean: a + (factor === 100 ? words.points : ''), low: b, high: c})
  }

  value(value, measure, more) { return formatMeasure(value, this.table.measures[measure], more) }

  halfWidth(half, measure, more) { return formatHalf(half, this.table.measures[measure], more) }
}

// --- what a lesson says -----------------------------------------------------------------------------------------------

function gapOf(one, found) {
  return one.kind === 'Together'
    ? found.beyondTheSum(one.both, one.each, one.neither, one.measure)
    : found.gap(one.one, one.other, one.measure)
}

const bySign = ({more, same, less}, sign) => (sign > 0 ? more : sign < 0 ? less : same)

// The point of the courses from which a condition that fell behind stays ahead; null if there is none.
function overtaken({late, early, measure, lead}, found) {
  const slow = found.meanCourse(late, measure), quick = found.meanCourse(early, measure)
  let last = -1
  slow.forEach((one, t) => { if (quick[t] > one) last = t })
  const most = Math.max(...quick.map((one, t) => one - slow[t]))
  return last < 0 || last + 1 >= slow.length || most < lead ? null : last + 1
}

// A piece of a lesson as text.
function told(piece, found, near = {}) {
  if (Array.isArray(piece)) return piece.map(one => told(one, found, near)).filter(Boolean).join(' ')
  if (piece.kind === 'By') {
    const gap = gapOf(piece.gap, found)
    return told(bySign(piece, gap.sign), found, {...near, size: found.size(gap)})
  }
  if (piece.kind === 'Overtaking') {
    const at = overtaken(piece, found)
    return at === null ? '' : told(piece.text, found, {...near, round: String(at)})
  }
  return piece.replace(/\{([^{}]*)\}/g, (_, place) => numberAt(place.split(/\s+/), found, near))
}

function numberAt(words, found, near) {
  const [first, second, third, fourth] = words
  if (words.length === 1) return near[first]
  if (first === 'compared') return found.compared(second, third, fourth)
  if (first === 'point') return String(found.point(Number(second)))
  return third === 'at' ? found.toldAt(first, second, Number(fourth)) : found.told(first, second)
}

const telling = (pieces, found) => pieces.map(one => told(one, found)).filter(Boolean)

// --- bets, and lines that were drawn ----------------------------------------------------------------------------------

const truthOf = ({bet: {right}}, found) => bySign(right, gapOf(right.gap, found).sign)

const outcomeOf = ({bet: {actual}}, found) => found.mean(actual.condition, actual.measure) * found.table.measures[actual.measure].factor

// What became of a bet.
function judged(lesson, found, bet) {
  const {words, close} = found.table
  if (lesson.bet.actual) {
    const actual = outcomeOf(lesson, found), near = Math.abs(bet - actual) <= close
    return filled(words.guess, {bet, actual: fixed(actual, 0), unit: lesson.bet.unit, praise: near ? words.good_guess : words.far_guess})
  }
  const right = truthOf(lesson, found), label = key => lesson.bet.options.find(one => one.key === key).label
  return filled(right === bet ? words.right : words.wrong, {bet: label(bet), truth: filled(words.quoted, {label: label(right)})})
}

// What the runs show of the question, whatever was bet.
function shows(lesson, found) {
  const {words} = found.table
  if (lesson.bet.actual) return filled(words.shows_number, {actual: fixed(outcomeOf(lesson, found), 0), unit: lesson.bet.unit})
  const right = truthOf(lesson, found)
  return filled(words.shows, {truth: filled(words.quoted, {label: lesson.bet.options.find(one => one.key === right).label})})
}

// The course of a measure in a condition, with the 95 % band of its mean (present/svg.py, curve).
function courseOf(found, condition, measure) {
  const {points} = found.table.figures, courses = found.courses[condition][measure], end = found.points
  const size = Math.max(1, Math.ceil(end / points)), made = []
  for (let from = 0; from < end; from += size) {
    const to = Math.min(end, from + size), length = to - from
    // NumPy (add.reduceat) adds the sum of the others to the first.
    const values = courses.map(one => (one[from] + sum(one, from + 1, to)) / length)
    const {mean, half: width} = band(values, found.table.quantiles), half = Number.isNaN(width) ? 0 : width
    made.push({week: from + (length - 1) / 2 + found.start, mean, low: mean - half, high: mean + half})
  }
  return made
}

// The weeks or rounds at which a drawn line is known.
function knotsOf({start, end}, count) {
  return Array.from({length: count}, (_, k) => (k === count - 1 ? end : start + k * ((end - start) / (count - 1))))
}

// A course between its points, as numpy.interp.
function between(place, course) {
  if (place <= course[0].week) return course[0].mean
  const next = course.findIndex(one => one.week > place)
  if (next < 0) return course.at(-1).mean
  const [a, b] = [course[next - 1], course[next]]
  return ((b.mean - a.mean) / (b.week - a.week)) * (place - a.week) + a.mean
}

// How far a drawn line is from what came out.
function sketched(lesson, found, drawn) {
  const {condition, measure} = lesson.sketch, {words, near, measures, figures} = found.table
  const came = courseOf(found, condition, measure)
  const gaps = knotsOf(found, figures.knots).map((place, k) => drawn[k] / 100 - between(place, came))
  const half = Math.floor(gaps.length / 2)
  const height = gap => (Math.abs(gap) <= near ? words.about_right : gap > 0 ? words.too_high : words.too_low)
  const [early, late] = [gaps.slice(0, half), gaps.slice(-half)].map(part => height(meanOf(part)))
  const {factor, suffix} = measures[measure], isPoints = factor === 100 && suffix !== ' %'
  const away = found.value(meanOf(gaps.map(Math.abs)), measure) + (isPoints ? words.points : '')
  const halves = filled(early === late ? words.one_half : words.two_halves, {early, late})
  return filled(words.line, {label: found.labels[condition], away, halves})
}
