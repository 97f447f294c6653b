// What is chosen in the room Watch, as the address of the page and back, and what is said of what cannot be used.
//
// A link is written as one of Explore: `a=balanced~turbulent~workers:40~hurdle:0.1~at53.0.openness:0.5&seed=3&week=45`.
// A link of Explore can be watched: of its scenarios, the one that is being changed (`on`).

const LEVER_GROUPS = ['policy', 'world', 'workforce']
const LINK_KEYS = ['on', 'runs', 'seed', 'weeks', 'week', 'check']
const LETTERS = 'abcd'
const MOST_ASPECTS = 20  // of a rugged reality, all of whose practices are visited
const MOST_PROBLEMS = 8  // of a link that are told

// The presets of a page: those of the library, and those of the scenarios that it was made with.
function presetsOf(tables) {
  const found = {policy: {...tables.policies}, world: {...tables.worlds}}
  for (const one of tables.given) {
    for (const group of ['policy', 'world']) {
      const names = Object.keys(tables.parameters).filter(name => tables.parameters[name].group === group)
      const values = Object.fromEntries(names.map(name => [name, one.values[name]]))
      found[group][one[group]] ||= {about: '', label: one[group].replace(/_/g, ' '), values}
    }
  }
  return found
}

// What a scenario of a page differs in from the presets that it starts from; people have a field of their own.
function chosenFrom(scenario, seed, tables) {
  const presets = presetsOf(tables), {policy, world, weeks, interventions} = scenario
  const base = {...tables.workforce, ...presets.world[world].values, ...presets.policy[policy].values}
  const changes = {}
  for (const [name, value] of Object.entries(scenario.values)) {
    if (name !== 'workers' && value !== base[name]) changes[name] = value
  }
  return {policy, world, people: scenario.values.workers, seed: String(seed), weeks, changes, dated: interventions}
}

function scenarioFrom({policy, world, people, weeks, changes, dated}, tables) {
  const presets = presetsOf(tables)
  const values = {
    ...tables.workforce, ...presets.world[world].values, ...presets.policy[policy].values, ...changes, workers: people,
  }
  return {policy, world, values, weeks, interventions: dated}
}

// --- to an address

const escaped = value => encodeURIComponent(String(value)).replace(/~/g, '%7E').replace(/%2C/g, ',')

function writeLink({policy, world, people, seed, weeks, changes, dated}, week, tables) {
  const presets = presetsOf(tables), {WEEKS} = tables.watch.choices
  const levers = people === tables.workforce.workers ? changes : {workers: people, ...changes}
  const parts = [policy, world, ...Object.entries(levers).map(([name, value]) => `${name}:${escaped(value)}`)]
  dated.forEach((one, number) => {
    const own = one.policy in tables.policies ? presets.policy[one.policy].values : {}
    const set = Object.entries(one.changes).filter(([name, value]) => value !== own[name])
    for (const [name, value] of one.policy ? [['policy', one.policy], ...set] : set) {
      parts.push(`at${one.week}.${number}.${name}:${escaped(value)}`)
    }
  })
  const more = [['seed', seed, '1'], ['weeks', weeks, WEEKS], ['week', week, 0]].filter(([, value, usual]) => value !== usual)
  return [`a=${parts.map((part, k) => (k < 2 ? escaped(part) : part)).join('~')}`, ...more.map(([name, value]) => `${name}=${value}`)].join('&')
}

// --- from an address

const plain = text => {
  try { return decodeURIComponent(text) } catch { return text }
}

// What a query says: {chosen, week, problems}; `chosen` is null if it cannot be used.
function readLink(query, tables) {
  const problems = [], given = {}, {WEEKS, MOST_WEEKS, LARGEST_SEED, SEED_LABEL, WEEKS_LABEL} = tables.watch.choices
  for (const part of query.split('&')) {
    const [name, value = ''] = part.split(/=(.*)/s)
    if (LINK_KEYS.includes(name) || (name.length === 1 && LETTERS.includes(name))) given[name] = plain(value)
    else problems.push(`The link has a part “${short(plain(name))}”, which means nothing here.`)
  }
  const whole = (name, label, low, high, usual) => {
    if (!(name in given)) return usual
    const {value, problem} = wholeNumber(given[name], label, low, high)
    if (problem) problems.push(problem)
    return value ?? usual
  }
  const weeks = whole('weeks', WEEKS_LABEL, 1, MOST_WEEKS, WEEKS), seed = String(whole('seed', SEED_LABEL, 0, LARGEST_SEED, 1))
  const text = given[given.on in given ? given.on : 'a'] || given[LETTERS.split('').find(one => given[one])]
  let chosen = null
  try {
    if (text) chosen = {...readScenario(text, tables), seed, weeks}
    if (chosen) problems.push(...problemsOf(scenarioFrom(chosen, tables), tables).map(one => `The link cannot be used: ${one}`))
  } catch (error) {
    if (!error.isProblem) throw error
    problems.push(`The link cannot be used: ${error.message}`)
    chosen = null
  }
  if (problems.some(one => one.startsWith('The link cannot'))) chosen = null
  return {chosen, week: chosen ? whole('week', 'Week', 0, weeks, 0) : 0, problems: problems.slice(0, MOST_PROBLEMS)}
}

const short = text => (text.length > 60 ? `${text.slice(0, 59)}…` : text)
const refused = message => Object.assign(new Error(message), {isProblem: true})

// A scenario as links have it: {policy, world, people, changes, dated}.
function readScenario(text, tables) {
  const presets = presetsOf(tables), [policy, world, ...rest] = text.split('~').map(plain)
  for (const [group, name] of [['policy', policy], ['world', world ?? '']]) {
    if (!Object.hasOwn(presets[group], name)) throw refused(`There is no ${group} “${short(name)}” on this page.`)
  }
  const changes = {}, dated = new Map()
  for (const part of rest) {
    const [name, value] = part.split(/:(.*)/s)
    if (value === undefined) throw refused(`“${short(part)}”: a lever and its value are needed, as in hurdle:0.1.`)
    const [place, last] = name.includes('.') ? [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)] : ['', name]
    if (place in presets) continue  // what a preset of one's own is called, and what it is about
    if (!place) changes[last] = valueOf(last, value, tables)
    else readDated(dated, place, last, value, tables, presets)
  }
  const people = changes.workers ?? tables.workforce.workers
  delete changes.workers
  const base = {...tables.workforce, ...presets.world[world].values, ...presets.policy[policy].values}
  for (const [name, value] of Object.entries(changes)) if (value === base[name]) delete changes[name]
  return {policy, world, people, changes, dated: [...dated.values()].sort((one, other) => one.week - other.week)}
}

// A part of a dated change, as `at53.0.openness:0.5`.
function readDated(dated, place, name, value, tables, presets) {
  const found = /^at(\d{1,6})(\.\d+)?$/.exec(place)
  if (!found) throw refused(`“${short(place)}”: the week of a change is needed, as in at53.0.`)
  if (!dated.has(place)) dated.set(place, {week: Number(found[1]), policy: '', changes: {}})
  const one = dated.get(place)
  if (name === 'policy') {
    if (!Object.hasOwn(presets.policy, value)) throw refused(`There is no policy “${short(value)}” on this page.`)
    one.policy = value
    one.changes = {...presets.policy[value].values, ...one.changes}
  } else {
    if (tables.parameters[name]?.group !== 'policy') throw refused(`“${short(name)}” is not a lever of a policy.`)
    one.changes[name] = valueOf(name, value, tables)
  }
}

// A value of a parameter from its text; what is no value of its kind is told by `problemsOf`.
function valueOf(name, text, tables) {
  if (!Object.hasOwn(tables.parameters, name)) throw refused(`“${short(name)}” is not a parameter.`)
  const {kind} = tables.parameters[name]
  if (kind === 'bool') return {true: true, false: false}[text] ?? text
  return kind === 'choice' || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? text : Number(text)
}

// --- what is refused

// What was typed as a number within bounds, or a sentence with the label of its field: choices.whole_number.
function wholeNumber(text, label, low, high) {
  const typed = text.trim()
  if (/^\d{1,20}$/.test(typed) && Number(typed) >= low && Number(typed) <= high) return {value: Number(typed), problem: ''}
  const kind = /^[+-]?\d+$/.test(typed) ? '' : 'a whole number '
  return {value: null, problem: `${label} must be ${kind}between ${withCommas(low)} and ${withCommas(high)}.`}
}

const capital = text => text[0].toUpperCase() + text.slice(1)
const bound = value => (Number.isInteger(value) ? withCommas(value) : String(value))

// What is wrong with a scenario, in sentences; the rules are those of scenario/parameters.py and scenario.py.
function problemsOf({values, weeks, interventions}, tables) {
  const label = name => (name === 'workers' ? 'number of people' : tables.parameters[name].label)
  const mustBe = (name, low, high, rest = '', kind = '') =>
    `${capital(label(name))} must be ${kind}between ${bound(low)} and ${bound(high)}${rest}.`
  const alone = Object.keys(tables.parameters).map(name => problemAlone(name, values[name], tables, label, mustBe))
  const single = [...alone, ...interventions.flatMap(one =>
    Object.entries(one.changes).map(([name, value]) => problemAlone(name, value, tables, label, mustBe)))].filter(Boolean)
  if (single.length) return single
  return [...brokenRules(values, label, mustBe), ...brokenInTime({values, weeks, interventions}, label, mustBe)]
}

function problemAlone(name, value, tables, label, mustBe) {
  const {kind, low, high, choices} = tables.parameters[name]
  if (kind === 'choice') return choices.includes(value) ? '' : `${capital(label(name))} must be one of ${choices.join(', ')}.`
  if (kind === 'bool') return typeof value === 'boolean' ? '' : `${capital(label(name))} must be true or false.`
  if (typeof value !== 'number' || (kind === 'int' && !Number.isInteger(value))) {
    return mustBe(name, low, high, '', kind === 'int' ? 'a whole number ' : 'a number ')
  }
  return value >= low && value <= high ? '' : mustBe(name, low, high)
}

function brokenRules(values, label, mustBe) {
  const {aspects, workers, communities} = values, told = []
  const most = (name, low, high, rest) => { if (values[name] > high) told.push(mustBe(name, low, high, rest)) }
  if (values.reality === 'rugged') {
    most('aspects', 2, MOST_ASPECTS, ' when reality is rugged')
    most('complexity', 0, aspects - 1, ` when ${label('aspects')} is ${aspects}`)
  } else if (aspects % values.block) {
    const sizes = Array.from({length: aspects}, (_, k) => k + 1).filter(size => aspects % size === 0)
    told.push(`${capital(label('block'))} must divide ${label('aspects')} (${aspects}): ${sizes.slice(0, -1).join(', ')} or ${aspects}.`)
  }
  most('team_size', 1, workers, ` when ${label('workers')} is ${workers}`)
  most('communities', 0, workers, ` when ${label('workers')} is ${workers}`)
  most('ties', 0, workers - 1, ` when ${label('workers')} is ${workers}`)
  if (communities) most('memberships', 1, communities, ` when ${label('communities')} is ${communities}`)
  if (values.hear_base + values.hear_trust > 1 + 1e-9) {
    told.push(`${capital(label('hear_base'))} and ${label('hear_trust')} together must be at most 1.`)
  }
  return told
}

// What a policy breaks, at the start or when it comes into force.
function brokenInTime(scenario, label, mustBe) {
  const {values, weeks, interventions} = scenario, told = [], spaces = ['networks', 'communities', 'teams']
  const needed = week => `in week ${bound(week)}, so at least ${bound(week)} weeks are needed.`
  if (values.shock_week > weeks) told.push(`The shock comes ${needed(values.shock_week)}`)
  const late = interventions.find(one => one.week > weeks)
  if (late) told.push(`A change of policy comes ${needed(late.week)}`)
  if (interventions.some(one => one.week < 1)) told.push('A change of policy can come in week 1 at the earliest.')
  for (const {week, values: policy, setsSplit} of segmentsOf(scenario)) {
    const sum = kind => spaces.reduce((total, space) => total + policy[`${kind}_${space}`], 0), when = week > 1 ? ` in week ${week}` : ''
    if (Math.abs(sum('split') - 1) > 1e-9) told.push(`The three shares of the week must sum to 1${when}.`)
    if (sum('floor') > 1 + 1e-9) told.push(`The three protected shares together must be at most 1${when}.`)
    for (const space of setsSplit ? spaces : []) {
      const split = policy[`split_${space}`]
      if (policy[`floor_${space}`] > split) told.push(mustBe(`floor_${space}`, 0, split, `, the share of the week${when}`))
    }
  }
  return told
}

// What differs from the presets, in words: empty if nothing does.
function moreInWords({changes, dated}, tables) {
  const label = name => tables.parameters[name].label
  const value = one => (typeof one === 'boolean' ? (one ? 'on' : 'off') : String(one))
  const parts = Object.entries(changes).map(([name, one]) => `${label(name)} ${value(one)}`)
  const told = parts.length ? [`Changed: ${parts.join(', ')}.`] : []
  for (const one of dated) {
    const own = one.policy ? presetsOf(tables).policy[one.policy]?.values ?? {} : {}
    const set = Object.entries(one.changes).filter(([name, now]) => now !== own[name]).map(([name, now]) => `${label(name)} ${value(now)}`)
    told.push(`From week ${one.week}: ${[...(one.policy ? [one.policy.replace(/_/g, ' ')] : []), ...set].join(', ')}.`)
  }
  return told.join(' ')
}
