// Markup of charts: elements of SVG, and the area of a chart with its axes, as present/svg.py makes them.

const SIGNS = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;'}
const escaped = text => String(text).replace(/[&<>"']/g, sign => SIGNS[sign])
// A sentence in which a number stays beside its percent sign, and what stands in backticks is code.
const sentence = text => escaped(text).replaceAll(' %', '&nbsp;%').replace(/`([^`]+)`/g, '<code>$1</code>')

// To a tenth as NumPy rounds what is in its arrays, and as Python rounds its own numbers.
const numpyTenth = value => Number(fixed(value * 10, 0)) / 10
const pythonTenth = value => rounded(value, 1)

// An element; `inside` is markup already, and what is null is no attribute.
function element(name, attributes, inside = null) {
  const tenth = value => (typeof value === 'number' && !Number.isInteger(value) ? pythonTenth(value) : value)
  const given = Object.entries(attributes).filter(([, value]) => value !== null)
  const told = given.map(([key, value]) => ` ${key}="${escaped(tenth(value))}"`).join('')
  return inside === null ? `<${name}${told}/>` : `<${name}${told}>${inside}</${name}>`
}

const label = (x, y, words, anchor = 'middle', attributes = {}) =>
  element('text', {x, y, 'text-anchor': anchor, ...attributes}, escaped(words))

const picture = (width, height, about, inside, {role = 'img', ...attributes} = {}) =>
  element('svg', {viewBox: `0 0 ${width} ${height}`, role, 'aria-label': about, ...attributes}, inside)

// The line that stands for a scenario, or a condition, in all charts.
function swatch({colours, dashes}, a) {
  const line = {x1: 0, x2: 28, y1: 4, y2: 4, stroke: colours[a], 'stroke-dasharray': dashes[a], 'stroke-width': 3}
  return element('svg', {class: 'swatch', viewBox: '0 0 28 8', 'aria-hidden': 'true'}, element('line', line))
}

// About four round numbers from 0 to at least `top`.
function ticks(top) {
  if (!(top > 0)) return [0, 1]
  const size = Number(`1e${top.toExponential().split('e')[1]}`)
  const step = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5].map(k => size * k).find(one => one * 4 >= top * 0.999)
  return Array.from({length: Math.ceil(top / step - 1e-9) + 1}, (_, k) => step * k)
}

// The area of a chart with its axes: from weeks, or rounds, and values to places on it. `style` has what all charts have
// in common: area (margins), width, height, years (weeks from which on years are told), colours, dashes, measures.
class Plot {
  constructor(style, measure, end, top, {width = style.width, axis = 'week'} = {}) {
    const [left, right, above, below] = style.area, yearly = axis === 'week' && end >= style.years
    Object.assign(this, {style, measure, end, axis, yearly, marks: ticks(top), left, edge: width - right, above, low: style.height - below})
  }

  x(place, toTenth = numpyTenth) { return toTenth(this.left + (this.edge - this.left) * place / this.end) }

  y(value, toTenth = numpyTenth) {
    const share = Math.min(1, Math.max(0, value / this.marks.at(-1)))
    return toTenth(this.low - (this.low - this.above) * share)
  }

  path(points, side = 'mean') { return points.map(one => `${this.x(one.week)},${this.y(one[side])}`).join(' ') }

  area() {
    return element('rect', {x: this.left, y: this.above, width: this.edge - this.left, height: this.low - this.above})
  }

  grid() {
    const {factor, suffix} = this.style.measures[this.measure], below = this.style.height - 8, made = []
    for (const mark of this.marks) {
      const y = this.y(mark, pythonTenth), told = factor === 100 ? `${fixed(mark * 100, 0)}${suffix}` : general(mark)
      const line = element('line', {class: 'grid', x1: this.left, x2: this.edge, y1: y, y2: y})
      made.push(line, label(this.left - 6, y + 4, told, 'end'))
    }
    const step = this.yearly ? 52 * Math.max(1, Number(fixed(this.end / 260, 0))) : ticks(this.end)[1]
    for (let k = 0; k * step < this.end + 1e-9; k++) {
      const place = k * step, told = general(this.yearly ? place / 52 : place)
      const atEdge = this.x(place) > this.edge - 8 && told.length > 1
      made.push(label(this.x(place), below, told, atEdge ? 'end' : 'middle'))
    }
    return [...made, label(2, below, this.yearly ? 'year' : this.axis, 'start')].join('')
  }

  // Curves with their bands; bands lie below all lines.
  curves(all) {
    const {colours, dashes} = this.style
    const bands = all.map((one, a) => element('polygon', {
      points: `${this.path(one, 'high')} ${this.path(one.slice().reverse(), 'low')}`, fill: colours[a], 'fill-opacity': '0.16',
    }))
    const lines = all.map((one, a) => element('polyline', {
      class: 'line', points: this.path(one), stroke: colours[a], 'stroke-dasharray': dashes[a],
    }))
    return [...bands, ...lines].join('')
  }
}
