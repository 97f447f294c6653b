// Choices as an address and back, as dashboard/url_state.py: a link of the page opens in the dashboard, and the other
// way round. And a scenario as a file.

// The SHA-256 of a text in hex digits: the browser's own is there in a while only, and an address is needed at once.
const SHA = (() => {
  const fraction = (value, root) => Math.floor((root(value) - Math.floor(root(value))) * 2 ** 32) | 0, primes = []
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n)
  return {start: primes.slice(0, 8).map(p => fraction(p, Math.sqrt)), rounds: primes.map(p => fraction(p, Math.cbrt))}
})()

function sha256(text) {
  const state = SHA.start.slice(), {rounds} = SHA
  const bytes = new TextEncoder().encode(text), size = ((bytes.length + 72) >> 6) << 6, padded = new Uint8Array(size)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer), turned = (x, n) => (x >>> n) | (x << (32 - n)), w = new Int32Array(64)
  view.setUint32(size - 4, bytes.length * 8)
  for (let block = 0; block < size; block += 64) {
    for (let k = 0; k < 64; k++) {
      if (k < 16) { w[k] = view.getInt32(block + 4 * k); continue }
      const [a, b] = [w[k - 15], w[k - 2]]
      w[k] = w[k - 16] + w[k - 7] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10))
    }
    let [a, b, c, d, e, f, g, h] = state
    for (let k = 0; k < 64; k++) {
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[k] + w[k]) | 0
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
    }
    ;[a, b, c, d, e, f, g, h].forEach((value, k) => { state[k] = (state[k] + value) | 0 })
  }
  return state.map(value => (value >>> 0).toString(16).padStart(8, '0')).join('')
}

function crc32(text) {
  let found = -1
  for (const byte of new TextEncoder().encode(text)) {
    found ^= byte
    for (let k = 0; k < 8; k++) found = (found >>> 1) ^ (found & 1 ? 0xedb88320 : 0)
  }
  return ~found >>> 0
}

function linksOf(tables, state) {
  const {parameters, policies} = tables, {bounds, parts, extensions} = tables.explore, {usual} = bounds
  const library = {policy: policies, world: tables.worlds}

  // --- keys -------------------------------------------------------------------------------------------------------

  const text = (name, value) => (parameters[name]?.kind === 'float' ? floatText(value) : String(value))
  const asJson = (name, value) => (parameters[name].kind === 'choice' ? JSON.stringify(value) : text(name, value))
  const sorted = object => `{${Object.keys(object).sort().map(name => `"${name}":${object[name]}`).join(',')}}`

  const keys = new WeakMap()  // of scenarios, which never change

  // What stands for all that decides the histories of a scenario (Scenario.key).
  function keyOfScenario(scenario) {
    if (!keys.has(scenario)) keys.set(scenario, keyOf(scenario))
    return keys.get(scenario)
  }

  function keyOf(scenario) {
    const found = {}
    for (const [name, value] of Object.entries(scenario.values)) {
      if (value !== parameters[name].default) found[name] = asJson(name, value)
    }
    if (scenario.weeks !== usual.weeks) found.weeks = String(scenario.weeks)
    if (extensions.length) found.with = JSON.stringify(extensions)
    const inForce = {...scenario.values}, changes = []
    for (const one of scenario.interventions) {
      const differing = Object.entries(one.changes).filter(([name, value]) => value !== inForce[name])
      const time = state.sets(one.changes, 'split_') ? 'split' : state.sets(one.changes, 'floor_') ? 'floor' : ''
      if (differing.length || time) {
        const told = Object.fromEntries(differing.map(([name, value]) => [name, asJson(name, value)]))
        changes.push(`[${one.week},${sorted(told)},"${time}"]`)
      }
      Object.assign(inForce, Object.fromEntries(differing))
    }
    if (changes.length) found.interventions = `[${changes.join(',')}]`
    return sha256(sorted(found)).slice(0, 12)
  }

  // --- to an address ----------------------------------------------------------------------------------------------

  const quoted = one => encodeURIComponent(String(one).toWellFormed?.() ?? String(one))
    .replace(/[!'()*~]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%2C', ',')

  function written(scenario) {
    const bases = {policy: state.baseOf(scenario, 'policy'), world: state.baseOf(scenario, 'world')}
    const found = [bases.policy.name, bases.world.name]
    for (const [name, value] of Object.entries(state.changed(scenario))) found.push(`${name}:${quoted(text(name, value))}`)
    for (const group of ['policy', 'world']) {
      if (scenario[group] !== bases[group].name) found.push(`${group}.name:${quoted(scenario[group])}`)
      if (scenario.about[group] !== bases[group].about) found.push(`${group}.about:${quoted(scenario.about[group])}`)
    }
    scenario.interventions.forEach((one, number) => {
      if (one.policy) found.push(`at${one.week}.${number}.policy:${quoted(one.policy)}`)
      for (const [name, value] of Object.entries(state.changesOf(one))) {
        found.push(`at${one.week}.${number}.${name}:${quoted(text(name, value))}`)
      }
    })
    return found.join('~')
  }

  function checksum({scenarios, at, seed, runs}) {
    const told = `${scenarios.map(keyOfScenario).join(' ')} ${at} ${seed} ${runs}`
    return (crc32(told) & 0xffff).toString(16).padStart(4, '0')
  }

  // The choices as the query of an address; what is as usual is left out.
  function toQuery(choices) {
    const {scenarios, at, runs, seed} = choices, {weeks} = state.active(choices)
    const found = scenarios.map((one, k) => `${bounds.letters[k].toLowerCase()}=${written(one)}`)
    if (at) found.push(`on=${bounds.letters[at].toLowerCase()}`)
    for (const [name, value] of Object.entries({runs, seed, weeks})) {
      if (String(value) !== String(usual[name])) found.push(`${name}=${value}`)
    }
    return `${found.join('&')}&check=${checksum(choices)}`
  }

  // --- from an address --------------------------------------------------------------------------------------------

  // As Python unquotes: what is no UTF-8 is replaced, and a lone percent sign stays.
  const unquoted = one => one.replace(/(%[0-9a-f]{2})+/gi, run =>
    new TextDecoder('utf-8', {ignoreBOM: true}).decode(Uint8Array.from(run.slice(1).split('%'), hex => parseInt(hex, 16))))
  const shown = one => `'${one.length > 58 ? `${one.slice(0, 57)}…` : one}'`
  const canonical = name => name.trim().toLowerCase().replace(/[- ]/g, '_')

  const OTHERS = ['on', 'runs', 'seed', 'weeks', 'check']

  // {choices, problems}: what a query says, and what is wrong with it, in sentences.
  function fromQuery(query) {
    if (!query) return {choices: state.start(), problems: []}
    if (query.length > bounds.link) {
      const size = withCommas(String(query.length))
      return {choices: state.start(), problems: [`The link is too long (${size} characters): shown is the start.`]}
    }
    const problems = [], given = {}
    for (const part of query.split('&')) {
      const [name, value] = cut(part, '=')
      const isLetter = name.length === 1 && bounds.letters.includes(name.toUpperCase())
      if (isLetter || OTHERS.includes(name)) given[name] = value
      else problems.push(`The link has a part ${shown(unquoted(name))}, which means nothing here.`)
    }
    const scenarios = []
    for (const letter of bounds.letters) {
      const written = given[letter.toLowerCase()]
      if (!written) continue
      try { scenarios.push(read(written, unquoted(given.weeks ?? String(usual.weeks)))) } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal
        problems.push(`Scenario ${letter} of the link cannot be used: ${refusal.said()}`)
      }
    }
    const choices = assembled(scenarios, given, problems)
    if (given.check !== checksum(choices)) {
      problems.push('The link is not whole, was changed by hand, or was made by another version: shown is what could be read.')
    }
    return {choices, problems: problems.slice(0, bounds.problems)}
  }

  function assembled(scenarios, given, problems) {
    if (!scenarios.length) return state.start()
    const letter = bounds.letters.indexOf((given.on ?? 'a').toUpperCase() || 'A')
    const plain = {...state.start(scenarios), at: Math.max(0, Math.min(letter, scenarios.length - 1))}
    try {
      const runs = 'runs' in given ? unquoted(given.runs) : String(usual.runs)
      const seed = 'seed' in given ? unquoted(given.seed) : usual.seed
      return state.withSeed(state.withRuns(plain, runs), seed)
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      problems.push(`The link cannot be used in full: ${refusal.said()}`)
    }
    try { return state.sized(plain) } catch { return state.start() }
  }

  // The texts before and after a sign; the second is empty if there is none.
  function cut(one, sign) {
    const at = one.indexOf(sign)
    return at < 0 ? [one, ''] : [one.slice(0, at), one.slice(at + 1)]
  }

  // A scenario as `written` writes it.
  function read(one, weeks) {
    const [policy, world, ...rest] = [...one.split('~').map(unquoted), ...(one.includes('~') ? [] : [''])]
    if (!world) throw new Refusal(`${shown(one)}: a policy and a world are needed, as in balanced~turbulent`)
    const levers = {}, texts = {policy: {}, world: {}}, dated = new Map()
    for (const part of rest) {
      if (!part.includes(':')) throw new Refusal(`${shown(part)}: lever:value is needed, as in hurdle:0.1`)
      const [name, value] = cut(part, ':'), dot = name.lastIndexOf('.')
      const place = dot < 0 ? '' : name.slice(0, dot), last = name.slice(dot + 1)
      if (place in texts && last in parts.words) texts[place][last] = value
      else if (place) {
        if (!dated.has(place)) dated.set(place, {})
        dated.get(place)[last] = value
      } else levers[name] = value
    }
    const scenario = {...state.usual(), interventions: []}
    for (const [group, name] of [['policy', policy], ['world', world]]) {
      const base = canonical(name)
      if (!(base in library[group])) throw new Refusal(`there is no ${group} ${shown(name)} in the library`)
      scenario[group] = texts[group].name ?? base
      scenario.about = {...scenario.about, [group]: texts[group].about ?? library[group][base].about}
      scenario.values = {...scenario.values, ...library[group][base].values}
    }
    for (const [name, value] of Object.entries(levers)) scenario.values[known(name, parameters)] = state.valueOf(name, value)
    const length = state.readWhole(weeks)
    scenario.weeks = typeof length === 'bigint' ? Number(length) : NaN
    scenario.interventions = [...dated].map(([place, changes]) => intervention(place, changes)).sort((a, b) => a.week - b.week)
    return state.checked(scenario)
  }

  function known(name, names) {
    if (!Object.hasOwn(names, name)) throw new Refusal(`${shown(name)} is not a parameter`)
    return name
  }

  function intervention(place, given) {
    const {policy = '', ...rest} = given, week = state.readWhole(cut(place.startsWith('at') ? place.slice(2) : place, '.')[0])
    const changes = {}
    for (const [name, value] of Object.entries(rest)) {
      known(name, Object.fromEntries(parts.levers.map(one => [one, true])))
      changes[name] = state.valueOf(name, value)
    }
    if (typeof week !== 'bigint') throw new Refusal(`${shown(place)}: a change must have a week, as in at53.0`)
    // A policy whose levers are all given is a name and no more: the library may have changed since.
    if (!policy || parts.levers.every(name => name in changes)) {
      if (!Object.keys(changes).length) throw new Refusal('a change must set a lever or a policy')
      return {week: Number(week), policy, changes: state.inOrder(changes)}
    }
    const base = canonical(policy)
    if (!(base in policies)) throw new Refusal(`there is no policy ${shown(policy)} in the library`)
    return {week: Number(week), policy: base, changes: state.inOrder({...policies[base].values, ...changes})}
  }

  // --- as a file --------------------------------------------------------------------------------------------------

  const escaped = one => one.replace(/["\\\x00-\x1f\x7f]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const tomlOf = (name, value) =>
    (parameters[name]?.kind === 'choice' || typeof value === 'string' ? `"${escaped(String(value))}"` : text(name, value))
  const lines = pairs => pairs.map(([name, value]) => `${name} = ${tomlOf(name, value)}\n`).join('')

  // The whole scenario as TOML (Scenario.to_toml), beside the files of extensions.
  function toToml(scenario) {
    const own = group => {
      const given = {...scenario.values, name: scenario[group], about: scenario.about[group]}
      return parts.fields[group].map(name => [name, given[name]])
    }
    const files = tables.explore.with, list = `[${files.map(one => `"${escaped(one)}"`).join(', ')}]`
    const above = `weeks = ${scenario.weeks}\n${files.length ? `with = ${list}\n` : ''}`
    const dated = scenario.interventions.map(({week, policy, changes}) => {
      const named = policy ? [['policy', policy]] : []
      return `[[interventions]]\n${lines([['week', week], ...named, ...Object.entries(changes)])}`
    })
    return [above, ...['world', 'workforce', 'policy'].map(group => `[${group}]\n${lines(own(group))}`), ...dated].join('\n')
  }

  return {keyOfScenario, toQuery, fromQuery, toToml}
}
