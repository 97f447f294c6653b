// What somebody has chosen in Explore: one to four scenarios on common seeds, as dashboard/explore_state.py. Nothing is
// changed in place: each function gives the choices that follow from a change, or throws a Refusal.
//
// Choices are {scenarios, at, runs, seed}: which scenario is being changed, and the first seed (a BigInt).

function choicesOf(tables) {
  const {parameters, policies, worlds, workforce} = tables, {bounds, parts} = tables.explore
  const gate = gateOf(tables), {labelOf, capital, checked, checkSize, valueOf, readWhole, mustBe} = gate
  const library = {policy: policies, world: worlds}, fallback = {policy: 'balanced', world: 'turbulent'}
  const fieldsOf = group => parts.fields[group].filter(name => name in parameters)

  // --- presets ----------------------------------------------------------------------------------------------------

  // The world or policy of the library that a scenario starts from (by its name), or the default one.
  function baseOf(scenario, group) {
    if (group === 'workforce') return {name: '', about: '', values: workforce}
    const name = scenario[group] in library[group] ? scenario[group] : fallback[group]
    return {name, about: library[group][name].about, values: library[group][name].values}
  }

  const withPart = (scenario, group, {name, about, values}) => ({
    ...scenario, [group]: name, about: {...scenario.about, [group]: about}, values: {...scenario.values, ...values},
  })

  // The usual scenario.
  function usual() {
    const policy = policies[fallback.policy], world = worlds[fallback.world]
    return {
      policy: fallback.policy, world: fallback.world, about: {policy: policy.about, world: world.about},
      values: {...world.values, ...workforce, ...policy.values}, weeks: bounds.usual.weeks, interventions: [],
    }
  }

  const start = (scenarios = [usual()]) => ({scenarios, at: 0, runs: bounds.usual.runs, seed: BigInt(bounds.usual.seed)})

  // The parameters that differ from the presets that a scenario starts from, with their values.
  function changed(scenario) {
    const found = {}
    for (const group of ['world', 'workforce', 'policy']) {
      const base = baseOf(scenario, group).values
      for (const name of fieldsOf(group)) if (scenario.values[name] !== base[name]) found[name] = scenario.values[name]
    }
    return found
  }

  // The value of a lever as part of a name.
  function set(name, value) {
    const {kind} = parameters[name]
    if (kind === 'bool') return value ? 'on' : 'off'
    return kind === 'int' ? withCommas(String(value)) : kind === 'float' ? general(value) : String(value)
  }

  // What a scenario is called: its policy, its world, a shock, and the lever that was changed, or how many were.
  function nameOf(scenario) {
    const found = [scenario.policy, scenario.world].map(name => name.replaceAll('_', ' '))
    if (scenario.values.shock_week && !baseOf(scenario, 'world').values.shock_week) found.push('shock')
    const levers = Object.entries(changed(scenario)).filter(([name]) => !name.startsWith('shock_'))
    const count = levers.length + scenario.interventions.length
    if (count === 1 && levers.length === 1) found.push(`${labelOf(levers[0][0])} ${set(...levers[0])}`)
    else if (count) found.push(`${count} change${count > 1 ? 's' : ''}`)
    return found.join(' · ')
  }

  // --- changes ----------------------------------------------------------------------------------------------------

  const active = choices => choices.scenarios[choices.at]
  const lettersOf = choices => bounds.letters.slice(0, choices.scenarios.length)
  const seedsOf = choices => Array.from({length: choices.runs}, (_, k) => choices.seed + BigInt(k))

  function sized(choices) {
    choices.scenarios.forEach(checkSize)
    return choices
  }

  const withActive = (choices, scenario) =>
    sized({...choices, scenarios: choices.scenarios.map((one, k) => (k === choices.at ? scenario : one))})

  const forAll = (choices, change) => sized({...choices, scenarios: choices.scenarios.map(one => checked(change(one)))})

  const withValues = (scenario, values) => ({...scenario, values: {...scenario.values, ...values}})

  const withLever = (choices, name, given) =>
    withActive(choices, checked(withValues(active(choices), {[name]: valueOf(name, given)})))

  // The shares that a space may start with, so that what the policy protects is kept for it and for the others.
  function shareLimits(values, space) {
    const others = SPACES.filter(one => one !== space).reduce((all, one) => all + values[`floor_${one}`], 0)
    return [values[`floor_${space}`], rounded(1 - others, 4)]
  }

  // A split of the week with this share for one space; the other two give or take, so that the three sum to 1. What
  // lies above what is protected is shared out as it was before.
  function splitWith(values, space, given) {
    const name = `split_${space}`, share = valueOf(name, given)
    const wrong = gate.wrongAlone(name, share)
    if (wrong) throw new Refusal(wrong)
    const others = SPACES.filter(one => one !== space), floor = one => values[`floor_${one}`]
    const kept = others.reduce((all, one) => all + floor(one), 0)
    if (!(floor(space) <= share && share <= 1 - kept + 1e-9)) throw new Refusal(mustBe(name, ...shareLimits(values, space)))
    const above = others.map(one => values[`split_${one}`] - floor(one)), total = above[0] + above[1]
    const part = total > 0 ? above[0] / total : 0.5
    const first = rounded(floor(others[0]) + part * Math.max(0, 1 - kept - share), 4)
    const second = Math.max(floor(others[1]), rounded(1 - share - first, 10)) + 0
    // Which was rounded, and may have been too much.
    const left = Math.max(floor(others[0]), rounded(1 - share - second, 10)) + 0
    const split = {[space]: share, [others[0]]: left, [others[1]]: second}
    return Object.fromEntries(SPACES.map(one => [`split_${one}`, split[one]]))
  }

  const withShare = (choices, space, given) => {
    const scenario = active(choices)
    return withActive(choices, checked(withValues(scenario, splitWith(scenario.values, space, given))))
  }

  const withPreset = (choices, group, name) => {
    if (!(name in library[group])) throw new Refusal(`There is no ${group} “${name}”.`)
    return withActive(choices, checked(withPart(active(choices), group, {name, ...library[group][name]})))
  }

  // The scenario that is being changed, as its presets have it, without dated changes of policy.
  function reset(choices) {
    const scenario = active(choices)
    const whole = ['world', 'policy'].reduce((one, group) => withPart(one, group, baseOf(scenario, group)), scenario)
    return withActive(choices, checked({...withValues(whole, workforce), interventions: []}))
  }

  // Hold what is there, and go on with a copy of it beside.
  function hold(choices) {
    const {scenarios} = choices, most = bounds.letters.length
    if (scenarios.length === most) throw new Refusal(`There are ${most} scenarios already: remove one first.`)
    return sized({...choices, scenarios: [...scenarios, active(choices)], at: scenarios.length})
  }

  // Without one of the scenarios; the last one stays.
  function drop(choices, at) {
    if (choices.scenarios.length === 1) return choices
    const scenarios = choices.scenarios.filter((_, k) => k !== at)
    return {...choices, scenarios, at: Math.min(choices.at - (at < choices.at ? 1 : 0), scenarios.length - 1)}
  }

  const show = (choices, at) => ({...choices, at: Math.max(0, Math.min(at, choices.scenarios.length - 1))})

  // The same shock for all scenarios: its week (0 for none) or its share.
  const withShock = (choices, name, given) => {
    const {shock_week, shock_share} = active(choices).values
    const shock = {shock_week, shock_share, [name]: valueOf(name, given)}
    return forAll(choices, one => withValues(one, shock))
  }

  // A number that all scenarios have in common.
  function counted(name, given) {
    const number = readWhole(given), [low, high] = bounds[name]
    if (typeof number !== 'bigint') throw new Refusal(mustBe(name, low, high, 'a whole number '))
    if (!(number >= BigInt(low) && number <= BigInt(high))) throw new Refusal(mustBe(name, low, high))
    return number
  }

  const withWeeks = (choices, given) => {
    const weeks = Number(counted('weeks', given))
    return forAll(choices, one => ({...one, weeks}))
  }
  const withRuns = (choices, given) => sized({...choices, runs: Number(counted('runs', given))})
  const withSeed = (choices, given) => sized({...choices, seed: counted('seed', given)})

  // --- dated changes of policy ------------------------------------------------------------------------------------

  const inOrder = changes => Object.fromEntries(parts.levers.filter(name => name in changes).map(name => [name, changes[name]]))

  // From a week on: another policy (`policy:heads_down`), another share of the week (`share:teams`), or a lever.
  function withDated(choices, week, what, given) {
    const scenario = active(choices), number = readWhole(String(week)), {weeks} = scenario
    if (typeof number !== 'bigint') throw new Refusal(`Week must be a whole number between 1 and ${withCommas(String(weeks))}.`)
    if (number < 1n || number > BigInt(weeks)) throw new Refusal(`Week must be between 1 and ${withCommas(String(weeks))}.`)
    const [kind, name = ''] = what.split(':'), at = Number(number)
    const before = scenario.interventions.filter(one => one.week <= at)
    const {values} = segmentsOf({...scenario, interventions: before}).at(-1)
    let one
    if (kind === 'policy') {
      if (!(name in policies)) throw new Refusal('Choose a policy or a lever first.')
      one = {week: at, policy: name, changes: inOrder(policies[name].values)}
    } else if (kind === 'share') one = {week: at, policy: '', changes: inOrder(splitWith(values, name, given))}
    else {
      if (!parts.levers.includes(kind)) throw new Refusal('Choose a policy or a lever first.')
      const value = valueOf(kind, given), wrong = gate.wrongAlone(kind, value)
      if (wrong) throw new Refusal(wrong)
      one = {week: at, policy: '', changes: {[kind]: value}}
    }
    // The same again in the same week is a correction.
    const told = ({policy, changes}) => `${Boolean(policy)} ${Object.keys(changes)}`
    const same = other => other.week === at && told(other) === told(one)
    const place = scenario.interventions.findIndex(same)
    const interventions = place < 0
      ? [...before, one, ...scenario.interventions.filter(other => other.week > at)]
      : scenario.interventions.map((other, k) => (k === place ? one : other))
    return withActive(choices, checked({...scenario, interventions}))
  }

  const withoutDated = (choices, place) => {
    const scenario = active(choices), interventions = scenario.interventions.filter((_, k) => k !== place)
    return withActive(choices, checked({...scenario, interventions}))
  }

  // What a dated change beside a policy of the library sets.
  function changesOf({policy, changes}) {
    const base = policies[policy]?.values
    return base ? Object.fromEntries(Object.entries(changes).filter(([name, value]) => value !== base[name])) : changes
  }

  // A dated change in words.
  function datedText(one) {
    const levers = Object.entries(changesOf(one)), told = ([name, value]) => `${labelOf(name)} ${set(name, value)}`
    if (!one.policy) return levers.map(told).join(', ')
    const own = policies[one.policy] && levers.length ? `, with ${levers.map(told).join(', ')}` : ''
    return `policy ${one.policy.replaceAll('_', ' ')}${own}`
  }

  // --- fields -----------------------------------------------------------------------------------------------------

  // The smallest and the largest number that a field takes; nothing for what is no number.
  function limitsOf(choices, name) {
    if (name in bounds && Array.isArray(bounds[name])) return bounds[name]
    const one = parameters[name], {values, weeks} = active(choices)
    if (!one || one.low === null) return null
    if (name.startsWith('split_')) return shareLimits(values, name.slice(6))
    const aspects = values.reality === 'rugged' ? bounds.aspects : parameters.aspects.high
    return [one.low, {workers: bounds.workers, aspects, shock_week: weeks}[name] ?? one.high]
  }

  // What is said at a field about what was typed there (refusals.py, sentence).
  function sentence(choices, name, given, refusal) {
    const limits = limitsOf(choices, name)
    if (!limits) return refusal.said(name in parameters ? name : '')
    const [low, high] = limits, isCount = ['weeks', 'runs', 'seed'].includes(name)
    const value = isCount ? readWhole(given) : valueOf(name, given)
    const isNumber = isCount ? typeof value === 'bigint' : typeof value === 'number' && Number.isFinite(value)
    // A whole number may be too long for one of JavaScript's, and is out of range all the same.
    const endless = !isCount && typeof value === 'number' && gate.isWhole(name) && Math.abs(value) === Infinity
    if (!isNumber && !endless) return mustBe(name, low, high, gate.isWhole(name) ? 'a whole number ' : 'a number ')
    const below = isCount ? value < BigInt(low) : value < low, above = isCount ? value > BigInt(high) : value > high
    if (below || above) {
      const isProtected = name.startsWith('split_') && (low !== 0 || high !== 1)
      if (isProtected) return `${mustBe(name, low, high)} The policy protects some of the week.`
      const most = bounds.source[name], more = most && above && value <= most
      return mustBe(name, low, high) + (more ? ' The command line (tripleos run) allows more.' : '')
    }
    return refusal.said(name)
  }

  return {
    ...gate, parameters, capital, usual, start, baseOf, changed, nameOf, set, active, lettersOf, seedsOf, sized, withActive,
    withLever, withShare, withPreset, reset, hold, drop, show, withShock, withWeeks, withRuns, withSeed, counted,
    withDated, withoutDated, changesOf, datedText, inOrder, limitsOf, sentence,
  }
}
