// What the conditions of a lesson are set to, with all that was changed; what may be changed; and their runs.

function settingsOf(app) {
  const {tables} = app, {learn: table, parameters, policies, worlds} = tables, {words} = table
  const state = choicesOf(tables), links = linksOf(tables, state)
  const library = {policy: policies, world: worlds}

  // What is set in a condition: by the lesson, by its levers, and by what was changed everywhere, and there.
  function settingOf(lesson, condition, {levers, changes}) {
    const made = {...table.sizes[lesson.model], ...lesson.fixed, ...condition.setting, ...levers}
    for (const where of ['', condition.key]) {
      for (const one of changes) if (one.where === where) made[one.name] = one.given
    }
    return made
  }

  // --- organisations ----------------------------------------------------------------------------------------------

  // A scenario; a Refusal is thrown if it is none.
  function organisation({policy, world, weeks, ...levers}) {
    let scenario = state.usual()
    for (const [group, given] of Object.entries({policy, world})) {
      const name = given ?? scenario[group]
      if (!(name in library[group])) throw new Refusal(`There is no ${group} “${name}”.`)
      const {about, values} = library[group][name]
      scenario = {...scenario, [group]: name, about: {...scenario.about, [group]: about}, values: {...scenario.values, ...values}}
    }
    const [shares, others] = [[], []]
    for (const pair of Object.entries(levers)) (pair[0].startsWith('split_') ? shares : others).push(pair)
    const values = Object.fromEntries(others.map(([name, given]) => [name, state.valueOf(name, given)]))
    const length = weeks === undefined ? scenario.weeks : Number(state.counted('weeks', weeks))
    scenario = state.checked({...scenario, weeks: length, values: {...scenario.values, ...values}})
    let choices = state.sized(state.start([scenario]))
    for (const [name, given] of shares) choices = state.withShare(choices, name.slice(6), given)
    return choices.scenarios[0]
  }

  // --- published models -------------------------------------------------------------------------------------------

  // A value as typed, as one of its kind; text that is none as it is.
  function read({kind}, given) {
    if (kind === 'choice' || typeof given !== 'string') return given
    const text = given.trim().replace(',', '.')
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : given
  }

  function bounds(model, name, values) {
    const {low, high} = table.classics.arguments[model][name]
    if (name === 'complexity') return [low, Math.min(high, values.bits - (values.partners === 'distinct' ? 1 : 0))]
    if (name === 'neighbours') return [low, Math.min(high, values.agents - 1)]
    return [low, high]
  }

  // What the pool of the published models takes for a scenario; a Refusal is thrown if it is none.
  function published(model, setting) {
    const known = table.classics.arguments[model], values = {}
    for (const [name, one] of Object.entries(known)) values[name] = name in setting ? read(one, setting[name]) : one.default
    for (const [name, one] of Object.entries(known)) {
      const value = values[name], capital = state.capital(one.label)
      if (one.kind === 'choice') {
        if (!one.choices.includes(value)) throw new Refusal(`${capital}: ${one.choices.join(', ')}.`)
        continue
      }
      const [low, high] = bounds(model, name, values), told = {label: capital, low: state.bound(low), high: state.bound(high)}
      const all = [].concat(value), fits = all.every(each => typeof each === 'number' && each >= low && each <= high)
      if (!fits || (one.kind === 'int' && !Number.isInteger(value))) {
        throw new Refusal(filled(words[name === 'neighbours' ? 'even' : one.kind === 'int' ? 'whole' : 'number'], told))
      }
      // Of a full network, say, nobody asks how large the neighbourhoods in a ring are.
      if (name === 'neighbours' && value % 2 && /ring|small/.test(values.network)) throw new Refusal(filled(words.even, told))
    }
    const {periods, ...rest} = values
    return {values: {model, ...rest}, weeks: periods, interventions: []}
  }

  // --- a lesson ---------------------------------------------------------------------------------------------------

  const scenarioOf = (lesson, setting) =>
    (lesson.model === 'organisation' ? organisation(setting) : published(lesson.model, setting))

  // The scenarios of all conditions; a Refusal is thrown if there is one that cannot be.
  const scenariosOf = (lesson, play) => lesson.conditions.map(one => scenarioOf(lesson, settingOf(lesson, one, play)))

  // The first of them, as the lesson begins, as choices of Explore: what limits depend on.
  const beginnings = {}
  const beginning = lesson =>
    (beginnings[lesson.name] ||= state.start([scenarioOf(lesson, settingOf(lesson, lesson.conditions[0], {levers: {}, changes: []}))]))

  // Why a change cannot be made, in a sentence; empty if it can.
  function refusalOf(lesson, play, name, given) {
    try {
      scenariosOf(lesson, play)
      return ''
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      const limited = lesson.model === 'organisation' && (name in parameters || name === 'weeks')
      if (!limited) return refusal.said()
      return state.sentence(beginning(lesson), name, typeof given === 'boolean' ? given : String(given), refusal)
    }
  }

  // What a lever is called, and what it may be: {name, label, kind, choices, unit, meaning, limits}.
  function about(lesson, name) {
    if (lesson.model !== 'organisation') {
      const one = table.classics.arguments[lesson.model][name], limits = one.kind === 'choice' ? null : [one.low, one.high]
      return {name, ...one, limits: limits ? `${limits.map(state.bound).join(' … ')} ${one.unit}`.trim() : ''}
    }
    if (name in library) {
      const choices = Object.keys(library[name]), labels = choices.map(one => library[name][one].label)
      return {name, label: name, kind: 'choice', choices, labels, unit: '', limits: '', meaning: `a ${name} of the library, with all its levers`}
    }
    const limits = state.limitsOf(beginning(lesson), name)
    const one = name === 'weeks' ? {kind: 'int', choices: [], ...tables.explore.running.weeks} : parameters[name]
    const told = limits ? `${limits.map(state.bound).join(' … ')} ${one.unit}`.trim() : ''
    return {name, label: state.labelOf(name), kind: one.kind, choices: one.kind === 'bool' ? [true, false] : one.choices,
      unit: one.unit, meaning: one.meaning, limits: told}
  }

  // All that can be changed, under headings.
  function groups(lesson) {
    if (lesson.model !== 'organisation') return [{title: '', names: Object.keys(table.classics.arguments[lesson.model])}]
    const rest = tables.explore.groups.map(({title, first, more}) => ({title, names: [...first, ...more]}))
    const week = ['split_networks', 'split_communities', 'split_teams', 'shock_week', 'shock_share', 'weeks']
    return [{title: words.presets, names: ['policy', 'world']}, ...rest, {title: words.the_week, names: week}]
  }

  // What a lever is set to in a condition as the lesson stands.
  function valueIn(lesson, condition, play, name) {
    const {values, weeks, policy, world} = scenarioOf(lesson, settingOf(lesson, condition, play))
    return {weeks, periods: weeks, policy, world, ...values}[name]
  }

  // The address of Explore with the conditions side by side, under the seeds of the class.
  function explore(lesson, play, seeds) {
    if (lesson.model !== 'organisation') return ''
    const scenarios = scenariosOf(lesson, play)
    return `#explore?${links.toQuery({...state.start(scenarios), runs: seeds.length, seed: BigInt(seeds[0])})}`
  }

  // --- runs -------------------------------------------------------------------------------------------------------

  // No two classes share a seed.
  function seedsOf(lesson, number) {
    const count = table.sizes.replicates[lesson.model]
    return Array.from({length: count}, (_, k) => (number - 1) * count + 1 + k)
  }

  // The results of histories[a][s], of as many seeds as are there under all conditions.
  function resultsOf(lesson, scenarios, histories, ready) {
    const organisations = lesson.model === 'organisation'
    const measures = organisations ? tables.layout.measures : table.classics.layout.models[lesson.model].measures
    const courses = {}, width = measures.length
    lesson.conditions.forEach(({key}, a) => {
      courses[key] = {}
      measures.forEach((measure, k) => {
        courses[key][measure] = histories[a].slice(0, ready).map(history => {
          // Lessons keep half the digits of an organisation (dashboard/learn/runs.py).
          const course = Float64Array.from({length: history.length / width}, (_, t) => history[t * width + k])
          return organisations ? course.map(Math.fround) : course
        })
      })
    })
    const labels = Object.fromEntries(lesson.conditions.map(({key, label}) => [key, label]))
    const {weeks} = scenarios[0], {axis, start} = lesson.span
    return new Results({...table, quantiles: tables.quantiles}, labels, courses, {axis, start, skip: organisations ? warmUp(weeks) : -1})
  }

  return {about, explore, groups, refusalOf, resultsOf, scenariosOf, seedsOf, valueIn}
}
