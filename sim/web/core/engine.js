// The model in a page: memory laid out by the tables of layout.py, and calls of the compiled rules. No rule is here.
const PARTS = 7  // of a week

// How many there are of all that arrays are made for, as model/state.py (sizes) and model/reality.py (reality_sizes).
function sizesOf(values, layout) {
  const N = values.workers, C = values.communities, M = values.aspects, P = values.outsiders, R = values.repertoire
  const T = Math.max(1, Math.floor(N / values.team_size)), S = C ? values.memberships : 0, D = values.ties
  const E = Math.trunc(values.encounters) + 2, B = layout.batch
  const F = Math.min(C, S * Math.ceil(N / T)) * R
  const rugged = values.reality === 'rugged', links = rugged ? values.complexity + 1 : 1
  return {
    N, M, D, P, T, C, S, R, E, B, 'N*Q': N * Math.max(2 * M, 4 * D),
    K: C ? S * Math.ceil(N / C) : 0, F, H: 2 ** (32 - Math.clz32(2 * F)), X: layout.hasStates ? N : 0,
    'K+1': links, settings: rugged ? 2 ** links : 1, tabulated: rugged ? M : 0,
    practices: rugged && M <= layout.mostInTable ? 2 ** M : 0, batch: rugged ? 64 : 0,
  }
}

// The policies in force, from week 1 on: each with all values of the scenario, and what the change set.
// A scenario is {values, weeks, interventions: [{week, changes}]}, its interventions in the order of their weeks.
function segmentsOf(scenario) {
  let values = scenario.values
  const first = {week: 1, values, setsSplit: true, setsFloor: true}
  return [first, ...scenario.interventions.map(({week, changes}) => {
    values = {...values, ...changes}
    const sets = start => Object.keys(changes).some(name => name.startsWith(start))
    return {week, values, setsSplit: sets('split_'), setsFloor: sets('floor_')}
  })]
}

// The share of everybody's week that running a policy takes.
function overheadOf(values, layout) {
  let total = 0
  for (const [lever, price] of layout.prices) total += values[price] * Number(values[lever])
  return total
}

class Engine {
  constructor(module, layout) {
    this.layout = layout
    this.exports = new WebAssembly.Instance(module, {}).exports
    this.memory = this.exports.memory
  }

  // A history from week 1 to the last one: float64, week by week, measure by measure.
  history(scenario, seed) { return new Run(this, scenario, seed).advance(scenario.weeks) }
}

// One organisation under one seed. An engine has memory for one run at a time.
class Run {
  constructor(engine, scenario, seed) {
    this.engine = engine
    this.layout = engine.layout
    this.seed = BigInt(seed)
    this.week = 0
    this.segments = segmentsOf(scenario)
    this.sizes = sizesOf(scenario.values, this.layout)
    this.at = {}  // the arrays: where, of which type and shape
    this.top = (engine.exports.__heap_base.value + 15) & ~15
    this.layOut(Math.max(1, scenario.weeks))
    this.fill()
    this.setNumbers(scenario.values)
    this.call(0, 0, 0, PARTS)
  }

  // Of a word such as N, 3 or N+T+P.
  length(word) {
    const one = letter => letter in this.sizes ? this.sizes[letter] : Number(letter)
    if (word in this.sizes) return one(word)
    return word.split('+').reduce((sum, term) => sum + term.split('*').reduce((product, x) => product * one(x), 1), 0)
  }

  place(bytes) {
    const at = this.top
    this.top = (at + bytes + 15) & ~15
    return at
  }

  layOut(weeks) {
    const {layout} = this, {views} = layout, declared = {}
    for (const part of ['state', 'workspace', 'reality']) {
      declared[part] = layout[part].map(([name, type, words, start]) => {
        const shape = words.split(' ').map(word => this.length(word))
        const one = {type, shape, start, size: sizeOf(shape)}
        if (!(part === 'state' && name in views)) one.address = this.place(one.size * BYTES[type])
        this.at[part === 'state' ? name : `${part}.${name}`] = one
        return one
      })
    }
    for (const [name, [memory, first]] of Object.entries(views)) {
      this.at[name].address = this.at[memory].address + this.length(first)
      this.at[name].isView = true
    }
    this.numbers = this.place(8 * layout.numbers.length)
    this.width = layout.measures.length
    this.rows = this.place(8 * this.width * weeks)
    this.room = weeks
    const {values} = this.segments[0], kind = BigInt(layout.kinds[values.reality])
    // What `run_weeks` is called with, in its order: eight bytes each.
    this.table = [0n, 0n, 0n, 0n, ...[
      ...declared.state.flatMap(slotsOf), ...declared.workspace.flatMap(slotsOf), kind, values.block,
      ...declared.reality.flatMap(slotsOf), this.numbers, 0, 0, 0, 8 * this.width, this.rows, 0, 8 * this.width,
    ].map(BigInt)]
    this.slots = this.place(8 * this.table.length)
    // And what `begin_policy` is called with.
    this.change = [...slotsOf(this.at.time), this.numbers, 0, 0].map(BigInt)
    grown(this.engine.memory, this.top)
  }

  fill() {
    const {buffer} = this.engine.memory, begin = this.engine.exports.__heap_base.value
    new Uint8Array(buffer, begin, this.top - begin).fill(0)
    for (const {type, address, size, start, isView} of Object.values(this.at)) {
      if (start && !isView) new VIEW[type](buffer, address, size).fill(isBig(type) ? BigInt(start) : start)
    }
    const {N, C, T} = this.sizes
    this.array('workspace.workers')[1] = BigInt(N)
    this.array('workspace.communities')[1] = BigInt(C)
    this.array('workspace.teams')[1] = BigInt(T)
  }

  // An array as the rules see it; to be read at once, since memory may grow.
  array(name) {
    const {type, address, size} = this.at[name]
    return new VIEW[type](this.engine.memory.buffer, address, size)
  }

  setNumbers(values) {
    const view = new DataView(this.engine.memory.buffer), {choices} = this.layout
    this.layout.numbers.forEach(([name, kind], k) => {
      const value = name === 'overhead' ? overheadOf(values, this.layout) : values[name], at = this.numbers + 8 * k
      if (kind === 'f') view.setFloat64(at, Number(value), true)
      else view.setBigInt64(at, BigInt(name in choices ? choices[name].indexOf(value) : Number(value)), true)
    })
  }

  begin(segment) {
    this.setNumbers(segment.values)
    const table = new BigInt64Array(this.engine.memory.buffer, this.slots, this.table.length)
    table.set([...this.change.slice(0, -2), BigInt(segment.setsSplit), BigInt(segment.setsFloor)])
    this.check(this.engine.exports.begin_policy(this.slots))
  }

  call(first, count, begin, end) {
    const rows = this.table.length - 5
    this.table[0] = BigInt.asIntN(64, this.seed)
    this.table[1] = BigInt(first)
    this.table[2] = BigInt(begin)
    this.table[3] = BigInt(end)
    this.table[rows] = this.table[rows + 3] = BigInt(count)
    new BigInt64Array(this.engine.memory.buffer, this.slots, this.table.length).set(this.table)
    this.check(this.engine.exports.run_weeks(this.slots))
  }

  check(status) { if (status) throw new Error(`The rules stopped with status ${status}.`) }

  // The coming weeks: float64, week by week, measure by measure.
  advance(weeks) {
    const out = new Float64Array(weeks * this.width)
    for (let done = 0; done < weeks;) {
      const first = this.week + 1
      for (const segment of this.segments.slice(1)) if (segment.week === first) this.begin(segment)
      const next = this.segments.map(one => one.week).filter(week => week > first)
      const count = Math.min(weeks - done, this.room, ...next.map(week => week - first))
      this.call(first, count, 0, PARTS)
      out.set(new Float64Array(this.engine.memory.buffer, this.rows, count * this.width), done * this.width)
      this.week += count
      done += count
    }
    return out
  }
}
