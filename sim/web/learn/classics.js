// The published models that lessons run: memory laid out by the tables of classics.py, and calls of the compiled rules.
// Beside memory.js and worker.js it is the engine of a pool of its own. A scenario is {values: {model, …}, weeks: periods}.

// Whom each agent sees before any rewiring, in ascending order, as graphs.py (network_of).
function seenBy({network, agents: n, neighbours}) {
  const seen = Array.from({length: n}, () => [])
  const link = (a, b) => { seen[a].push(b); seen[b].push(a) }
  if (network === 'full') for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) link(a, b)
  if (network === 'line') for (let a = 0; a + 1 < n; a++) link(a, a + 1)
  if (network === 'ring lattice' || network === 'small world') {
    for (let d = 1; d <= neighbours / 2; d++) for (let a = 0; a < n; a++) link(a, (a + d) % n)
  }
  const first = [0]
  for (const one of seen) first.push(first[first.length - 1] + one.length)
  return {first, neighbour: seen.flatMap(one => one.sort((a, b) => a - b))}
}

class Engine {
  constructor(module, layout) {
    this.layout = layout
    this.exports = new WebAssembly.Instance(module, {}).exports
    this.memory = this.exports.memory
    this.greatest = new Map()  // of landscapes, by how they are drawn and their seed
  }

  // The course under a seed: float64, point by point from the start on, measure by measure.
  history({values, weeks: periods}, seed) {
    const {kernel, arguments: table, measures} = this.layout.models[values.model]
    const given = values.model === 'search' ? this.search(values, periods) : this.mutualLearning(values, periods)
    const known = given.landscape ? `${given.landscape} ${seed}` : ''
    this.layOut(table, given.sizes)
    this.fill(table, {...given.fill, seeds: [BigInt(seed)], greatest: [this.greatest.get(known) || 0]})
    this.call(kernel, table, given.numbers)
    if (known) this.greatest.set(known, this.array('greatest')[0])
    const course = Float64Array.from(this.array('trajectories')), wide = measures.length
    // A run that has settled goes on as it ended.
    const last = this.at.last ? Number(this.array('last')[0]) : periods
    for (let t = last + 1; t <= periods; t++) course.copyWithin(t * wide, last * wide, (last + 1) * wide)
    return course
  }

  mutualLearning({people, aspects, p1, p2, turnover, turbulence, rules}, periods) {
    const own = Array.isArray(p1) ? i => p1[Math.floor((i * p1.length) / people)] : () => p1
    return {
      sizes: {people, aspects, M: aspects, 'K+1': 1, settings: 1, tabulated: 0, practices: 0, batch: 0, 'T+1': periods + 1},
      fill: {'firm.p1': Array.from({length: people}, (_, i) => own(i))},
      numbers: {p2, turnover, turbulence, text: rules === 'text', 'firm.reality.kind': 1, 'firm.reality.block': 1},
    }
  }

  search(values, periods) {
    const {network, rule, bits, complexity, partners, rounded, agents} = values, {layout} = this
    const {first, neighbour} = seenBy(values), most = neighbour.length / 2
    const random = network === 'random', whole = 2 * most === agents * (agents - 1)
    const rewired = network !== 'small world' || whole ? 0 : Math.min(most, values.rewired)
    const links = complexity + 1, drawn = random || rewired > 0
    return {
      landscape: [bits, complexity, partners, rounded].join(),
      sizes: {
        agents, bits, 'agents+1': agents + 1, seen: neighbour.length, 'T+1': periods + 1,
        M: bits, 'K+1': links, settings: 2 ** links, tabulated: bits, batch: 64,
        looked_up: agents * periods >= layout.worthATable * 2 ** bits ? 2 ** bits : 0,
        alive: 2 << (agents > 1 ? 32 - Math.clz32(agents - 1) : 0),
        'ties.first': agents + 1, 'ties.neighbour': random ? agents * (agents - 1) : neighbour.length,
        'ties.drawn': drawn ? agents : 0, 'ties.link': !random && drawn ? most : 0,
      },
      fill: {
        'network.first': first.map(BigInt), 'network.neighbour': neighbour,
        ...(drawn ? {} : {'problem.ties.first': first.map(BigInt), 'problem.ties.neighbour': neighbour}),
      },
      numbers: {
        'landscape.bits': bits, 'landscape.complexity': complexity, 'landscape.neighbours': layout.partners[partners],
        'landscape.rounded': rounded, 'network.rewired': rewired, 'network.density': random ? values.density : -1,
        rule: layout.rules[rule], sample: rule in layout.samples ? layout.samples[rule] : values.sample,
        'problem.reality.kind': 0, 'problem.reality.block': 1,
      },
    }
  }

  layOut(table, sizes) {
    let top = (this.exports.__heap_base.value + 15) & ~15
    const place = bytes => {
      const at = top
      top = (at + bytes + 15) & ~15
      return at
    }
    this.at = {}
    for (const [name, type, words] of table) {
      if (words === undefined) continue
      const shape = words.split(' ').map(word => (word in sizes ? sizes[word] : Number(word)))
      const size = sizeOf(shape)
      // What a landscape was worth before is what it is worth.
      const same = name === 'problem.reality.contribution_before' && this.at['problem.reality.contribution'].address
      this.at[name] = {type, shape, size, address: same || place(size * BYTES[type])}
    }
    this.slots = place(8 * table.reduce((sum, [, , words]) => sum + (words === undefined ? 1 : 5 + 2 * words.split(' ').length), 0))
    grown(this.memory, top)
    new Uint8Array(this.memory.buffer, this.exports.__heap_base.value, top - this.exports.__heap_base.value).fill(0)
  }

  // An array as the rules see it; to be read at once, since memory may grow.
  array(name) {
    const {type, address, size} = this.at[name]
    return new VIEW[type](this.memory.buffer, address, size)
  }

  fill(table, given) {
    for (const [name, type, words, start] of table) {
      if (start && words !== undefined) this.array(name).fill(isBig(type) ? BigInt(start) : start)
      if (name in given && words !== undefined) this.array(name).set(given[name])
    }
  }

  call(kernel, table, numbers) {
    const view = new DataView(this.memory.buffer)
    let at = this.slots
    const whole = value => { view.setBigInt64(at, BigInt(value), true); at += 8 }
    for (const [name, type, words] of table) {
      if (words !== undefined) {
        slotsOf(this.at[name]).forEach(whole)
      } else if (type === 'float64') {
        view.setFloat64(at, numbers[name], true)
        at += 8
      } else whole(Number(numbers[name]))
    }
    const status = this.exports[kernel](this.slots)
    if (status) throw new Error(`The rules stopped with status ${status}.`)
  }
}
