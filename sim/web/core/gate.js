// The gate of scenarios in the page: what scenario/parameters.py and scenario/scenario.py accept is accepted, what they
// refuse is refused, and so is what the dashboard finds too large. What is said is what refusals.py says at a field.
//
// A scenario is {policy, world, about: {policy, world}, values, weeks, interventions: [{week, policy, changes}]}: names,
// what they stand for, the values of all parameters, and dated changes in the order of their weeks.

const SPACES = ['networks', 'communities', 'teams']

// Why something cannot be used: lines, each a text or a function of the parameter that was typed.
class Refusal extends Error {
  constructor(lines) {
    super('refused')
    this.lines = [].concat(lines)
  }

  // The first two lines, and how many more there are.
  said(typed = '') {
    const all = this.lines.map(line => (typeof line === 'function' ? line(typed) : line))
    return all.slice(0, 2).join('\n') + (all.length > 2 ? ` (and ${all.length - 2} more)` : '')
  }
}

// Text that is no value of its parameter's kind: for the gate to refuse.
class Unread {
  constructor(text) { this.text = text }

  toString() { return this.text }
}

function gateOf(tables) {
  const {parameters} = tables, {bounds, labels, parts, words} = tables.explore
  const labelOf = name => labels[name] || name.replaceAll('_', ' ')
  const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1)

  // --- reading ----------------------------------------------------------------------------------------------------

  // A whole number that was typed, of any size; text that is none as it is.
  function readWhole(given) {
    if (typeof given !== 'string') return BigInt(given)
    return /^\s*[+-]?[0-9]{1,24}\s*$/.test(given) ? BigInt(given.trim().replace('+', '')) : given
  }

  // A number with a decimal comma, or a share in percent, as the page itself writes it.
  function asWritten(text, isShare) {
    const found = /^(\d{1,15}(?:[.,]\d{1,15})?)\s*(%?)$/.exec(text)
    if (!found || (found[2] && !isShare)) return new Unread(text)
    const number = Number(found[1].replace(',', '.'))
    return found[2] ? rounded(number / 100, 6) : number
  }

  const WORDS = {inf: Infinity, infinity: Infinity, nan: NaN}
  const FLOAT = /^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i

  // What was typed for a parameter, as a value of its kind.
  function valueOf(name, given) {
    if (typeof given !== 'string') return given
    const text = given.trim(), {kind, high} = parameters[name], bare = text.replaceAll('_', '')
    if (kind === 'bool') return {true: true, yes: true, false: false, no: false}[text.toLowerCase()] ?? new Unread(text)
    if (kind === 'int') {
      // Python reads no more digits than these.
      return /^[+-]?\d+(_\d+)*$/.test(text) && bare.length <= 4300 ? Number(bare) : new Unread(text)
    }
    if (kind !== 'float') return text
    if (FLOAT.test(text)) return Number(bare) + 0
    const word = WORDS[text.toLowerCase().replace(/^[+-]/, '')]
    return word === undefined ? asWritten(text, high === 1) : text.startsWith('-') ? -word : word
  }

  // --- what is said -----------------------------------------------------------------------------------------------

  // A bound as a sentence writes it.
  function bound(value) {
    if (value >= 2 ** 63) return `2^64 − ${2n ** 64n - BigInt(value)}`
    return Number.isInteger(Number(value)) ? withCommas(String(value)) : general(value)
  }

  const mustBe = (name, low, high, kind = '') =>
    `${capital(labelOf(name))} must be ${kind}between ${bound(low)} and ${bound(high)}.`

  const written = (name, value) =>
    value instanceof Unread ? value.text : parameters[name]?.kind === 'float' ? floatText(value) : String(value)

  const isWhole = name => ['weeks', 'runs', 'seed'].includes(name) || parameters[name].kind === 'int'

  // A value out of its range, as a line: what that range depends on (`other`), and why.
  const outside = (name, value, low, high, {other = '', size = 0, why = '', rugged = false, kind = ''} = {}) => typed => {
    const most = {workers: bounds.workers, aspects: rugged ? bounds.aspects : high}[name] ?? high
    const now = typed && typed !== name ? ` (now ${written(name, value)})` : ''
    const when = other ? ` when ${labelOf(other)} is ${written(other, size)}` : ''
    const because = most < high ? (rugged ? ' when reality is rugged' : '') : why
    const said = mustBe(name, low, Math.min(high, most), kind).replace(' must be', `${now} must be`)
    return `${said.slice(0, -1)}${when}${because}.`
  }

  // --- the rules --------------------------------------------------------------------------------------------------

  // What is wrong with a value by itself, as a line; nothing if it is allowed.
  function wrongAlone(name, value) {
    const one = parameters[name]
    if (one.kind === 'bool') return typeof value === 'boolean' ? null : `${capital(labelOf(name))} must be true or false.`
    if (one.kind === 'choice') {
      const [last, ...rest] = one.choices.slice().reverse()
      return one.choices.includes(value) ? null : `${capital(labelOf(name))} must be ${rest.reverse().join(', ')} or ${last}.`
    }
    const kind = isWhole(name) ? 'a whole number ' : 'a number '
    if (typeof value !== 'number' || !Number.isFinite(value)) return outside(name, value, one.low, one.high, {kind})
    return value < one.low || value > one.high ? outside(name, value, one.low, one.high) : null
  }

  function* brokenByWorld(v) {
    if (v.reality !== 'rugged') {
      if (v.aspects % v.block) {
        const sizes = Array.from({length: v.aspects}, (_, k) => k + 1).filter(size => v.aspects % size === 0)
        const listed = sizes.length > 1 ? `${sizes.slice(0, -1).join(', ')} or ${sizes.at(-1)}` : String(sizes[0])
        yield `Block must divide aspects (${v.aspects}): ${listed}.`
      }
      return
    }
    if (v.aspects > bounds.rugged) yield outside('aspects', v.aspects, 2, bounds.rugged, {rugged: true})
    if (v.complexity >= v.aspects) {
      const why = ', because the contribution of an aspect can depend on the other aspects only'
      yield outside('complexity', v.complexity, 0, v.aspects - 1, {other: 'aspects', size: v.aspects, why})
    }
  }

  function* brokenByWorkforce(v) {
    const of = {other: 'workers', size: v.workers}
    if (v.team_size > v.workers) yield outside('team_size', v.team_size, 1, v.workers, of)
    if (v.communities > v.workers) yield outside('communities', v.communities, 0, v.workers, of)
    if (v.ties >= v.workers) {
      yield outside('ties', v.ties, 0, v.workers - 1, {...of, why: ', because nobody follows themselves'})
    }
    if (v.communities > 0 && v.communities < v.memberships) {
      yield outside('memberships', v.memberships, 1, v.communities, {other: 'communities', size: v.communities})
    }
    yield* brokenBySum(v, ['hear_base', 'hear_trust'])
  }

  function* brokenByPolicy(v) {
    const total = SPACES.reduce((all, space) => all + v[`split_${space}`], 0)
    if (Math.abs(total - 1) > bounds.sum) yield 'The shares for networks, communities and teams must sum to 1.'
    yield* brokenBySum(v, SPACES.map(space => `floor_${space}`))
  }

  function* brokenBySum(v, names) {
    const total = names.reduce((all, name) => all + v[name], 0)
    if (total > 1 + bounds.sum) yield `${capital(names.map(labelOf).join(' and '))} together must be at most 1.`
  }

  const RULES = {world: brokenByWorld, workforce: brokenByWorkforce, policy: brokenByPolicy}

  function refuse(lines) { if (lines.length) throw new Refusal(lines) }

  function checkPart(group, values) {
    const names = parts.fields[group].filter(name => name in parameters)
    refuse(names.map(name => wrongAlone(name, values[name])).filter(Boolean))
    refuse([...RULES[group](values)])
  }

  function checkWords(scenario) {
    for (const group of ['world', 'policy']) {
      for (const [word, text] of [['name', scenario[group]], ['about', scenario.about[group]]]) {
        const most = parts.words[word]
        if ([...text].length > most) throw new Refusal(`${capital(group)} ${word}: text of at most ${most} characters is needed.`)
      }
    }
  }

  const sets = (changes, start) => Object.keys(changes).some(name => name.startsWith(start))

  // The policies in force, from week 1 on, as segmentsOf of the engine; each must be one.
  function policiesOf(scenario) {
    const segments = segmentsOf(scenario)
    for (const {week, values} of segments.slice(1)) {
      try { checkPart('policy', values) } catch (refused) {
        const said = (line, typed) => (typeof line === 'function' ? line(typed) : line)
        throw new Refusal(refused.lines.map(line => typed => `After the change of week ${week}: ${said(line, typed)}`))
      }
    }
    return segments
  }

  function* brokenByWhole(scenario) {
    const {values: v, weeks, interventions} = scenario
    if (v.shock_week > weeks) yield outside('shock_week', v.shock_week, 0, weeks, {why: ', the weeks of the scenario'})
    const late = interventions.find(one => one.week > weeks)
    if (late) yield `The change of week ${late.week} is after the end: weeks 1 to ${weeks} are simulated.`
    let segments
    try { segments = policiesOf(scenario) } catch (refused) { yield* refused.lines; return }
    for (const {values, setsSplit} of segments) {
      if (!setsSplit) continue
      for (const space of SPACES) {
        const [floor, split] = [`floor_${space}`, `split_${space}`]
        if (values[floor] > values[split]) {
          yield outside(floor, values[floor], 0, values[split], {other: split, size: values[split]})
        }
      }
    }
  }

  // A scenario, if it is one and not too large for here; a Refusal is thrown otherwise.
  function checked(scenario) {
    checkWords(scenario)
    for (const group of ['world', 'workforce', 'policy']) checkPart(group, scenario.values)
    if (!(scenario.weeks >= 1 && scenario.weeks <= bounds.longest)) throw new Refusal(mustBe('weeks', ...bounds.weeks))
    for (const {week, changes} of scenario.interventions) {
      if (!(week >= 1 && week <= bounds.longest)) throw new Refusal(`A change must have a week between 1 and ${scenario.weeks}.`)
      refuse(Object.entries(changes).map(([name, value]) => wrongAlone(name, value)).filter(Boolean))
    }
    refuse([...brokenByWhole(scenario)])
    return scenario
  }

  function checkSize({values, weeks}) {
    const sizes = {
      workers: [values.workers, bounds.workers], weeks: [weeks, bounds.weeks[1]],
      aspects: [values.reality === 'rugged' ? values.aspects : 0, bounds.aspects],
    }
    for (const [name, [value, most]] of Object.entries(sizes)) {
      if (value > most) {
        throw new Refusal(`${capital(labelOf(name))} must be at most ${withCommas(String(most))} here; ${words.elsewhere}.`)
      }
    }
  }

  // --- worth knowing ----------------------------------------------------------------------------------------------

  // What is worth knowing about a scenario although it is no error (Scenario.notes).
  function notes({values: v}) {
    const found = [], teams = Math.max(1, Math.floor(v.workers / v.team_size))
    if (v.workers % v.team_size) {
      const base = Math.floor(v.workers / teams), larger = v.workers % teams
      const sizes = [...(larger ? [`${larger} of ${base + 1}`] : []), `${teams - larger} of ${base}`]
      const counted = `${teams} team${teams > 1 ? 's' : ''}`
      found.push(`${v.workers} workers do not divide into teams of ${v.team_size}: ${counted}, ${sizes.join(' and ')}.`)
    }
    if (!v.communities) found.push('There are no communities: time for them is lost, and what is set about them has no effect.')
    const unused = (because, names) => {
      for (const name of names) {
        const value = parameters[name].kind === 'choice' ? `'${v[name]}'` : written(name, v[name])
        if (v[name] !== parameters[name].default) found.push(`${name} = ${value} has no effect, because ${because}.`)
      }
    }
    if (v.reality === 'rugged') unused("reality is 'rugged'", ['block'])
    else unused("reality is 'blocks'", ['complexity', 'neighbours'])
    if (!v.shock_week) unused('shock_week is 0', ['shock_share'])
    return found
  }

  return {
    labelOf, capital, readWhole, valueOf, bound, mustBe, isWhole, wrongAlone, checked, checkSize, policiesOf, notes, sets,
    written,
  }
}
