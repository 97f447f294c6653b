// The room Watch: what to watch is chosen above, the organisation is seen below. The picture is that of the dashboard
// (canvas.js, view.js); a player in a worker answers it instead of Python.

// What `render` of view.js listens to: values that change, and where its messages go.
class LocalModel {
  constructor(send) {
    this.send = send
    this.values = {}
    this.listeners = new Map()
  }

  get(name) { return this.values[name] }

  set(name, value) {
    this.values[name] = value
    for (const [listener, event] of this.listeners) if (event === `change:${name}`) listener()
  }

  on(event, listener) { this.listeners.set(listener, event) }

  off(event, listener) { this.listeners.delete(listener) }
}

// A player in a worker, or in the page where there is none. `show` is given messages, `fail` a sentence.
class Playing {
  constructor(app, show, fail) {
    Object.assign(this, {app, show, fail, player: null, order: null})
    const {tables, pool} = app
    try {
      const address = URL.createObjectURL(new Blob([tables.watch.worker], {type: 'text/javascript'}))
      this.worker = new Worker(address)
      this.worker.postMessage({module: pool.module, layout: tables.layout, tables: tables.watch})
      this.worker.onmessage = ({data}) => {
        if (data.bytes) show(data.bytes)
        else if (data.organisation === this.order?.organisation) fail(data.error)
      }
      this.worker.onerror = event => {
        event.preventDefault()
        this.alone()
      }
    } catch {
      this.worker = null
    }
  }

  // The worker did not come to be: go on without it.
  alone() {
    this.worker?.terminate()
    this.worker = null
    if (this.order) this.begin(this.order)
  }

  begin(order) {
    this.order = order
    if (this.worker) this.worker.postMessage({begin: order})
    else {
      this.player?.close()
      this.engine ||= this.app.engine()
      // in short turns, since the page has to draw meanwhile
      this.player = new Player(this.engine, {...order, atOnce: PLAYER.AT_ONCE / 3}, this.show, error => this.fail(error.message))
    }
  }

  tell(message) {
    if (this.worker) this.worker.postMessage(message)
    else this.player?.obey(message)
  }
}

// What was typed as a number within bounds, or a sentence with the label of its field: choices.whole_number of Python.
function wholeNumber(text, label, low, high) {
  const typed = text.trim(), bound = number => withCommas(String(number))
  if (/^\d{1,20}$/.test(typed) && Number(typed) >= low && Number(typed) <= high) return {value: Number(typed), problem: ''}
  const kind = /^[+-]?\d+$/.test(typed) ? '' : 'a whole number '
  return {value: null, problem: `${label} must be ${kind}between ${bound(low)} and ${bound(high)}.`}
}

// An address of the room is one of Explore, and the week that is shown: of several scenarios, that which is changed.
const withoutWeek = query => query.split('&').filter(part => !part.startsWith('week=')).join('&')

function weekOf(query, weeks) {
  const {value, problem} = wholeNumber(/(?:^|&)week=([^&]*)/.exec(query)?.[1] ?? '0', 'Week', 0, weeks)
  return {week: value ?? 0, problem}
}

function mount(host, app) {
  const {tables} = app, {choices: words} = tables.watch
  const state = choicesOf(tables), links = linksOf(tables, state), presets = presetsOf(tables)
  takeConstants(tables.watch)
  let chosen = null, organisation = 0, at = 0, hidden = false, timer = 0
  const typed = {}  // text of fields that cannot be used

  const problem = make('p', {class: 'error card', role: 'alert', hidden: true})
  const more = make('p', {class: 'watch-more'}), drop = make('button', {type: 'button', text: 'Reset to presets', onclick: reset})
  const about = make('p', {class: 'tw-about'}), moreRow = make('div', {class: 'watch-changes', hidden: true}, more, drop)
  const selects = {policy: select('policy'), world: select('world')}
  const inputs = {
    people: number('people', words.PEOPLE_LABEL, words.PEOPLE_HINT, words.FEWEST, words.MOST,
      value => state.withLever(chosen, 'workers', value)),
    weeks: number('weeks', words.WEEKS_LABEL, words.WEEKS_HINT, 1, words.MOST_WEEKS, value => state.withWeeks(chosen, value)),
    seed: number('seed', words.SEED_LABEL, words.SEED_HINT, 0, words.LARGEST_SEED, value => state.withSeed(chosen, value)),
  }
  const holder = make('div')
  const fields = [...Object.values(selects), ...Object.values(inputs)].map(one => one.row)
  host.append(make('div', {class: 'tw-room'}, make('div', {class: 'tw-setup'}, ...fields, about), moreRow, problem, holder))

  const playing = new Playing(app, bytes => {
    if (bytes.byteLength) model.set('frame', bytes)
  }, text => say([`The organisation cannot be shown any further: ${text}`]))
  const model = new LocalModel(message => {
    playing.tell(message)
    if (message.do === 'seen') noteWeek()
  })
  render({model, el: holder})
  const view = holder.querySelector('.tw-root').watch
  view.wait.textContent = 'Getting the organisation ready …'
  // what stands below grows when it says more
  new ResizeObserver(() => { if (!hidden) view.resize() }).observe(document.querySelector('body > footer'))
  document.addEventListener('visibilitychange', () => { if (!hidden) playing.tell({do: document.hidden ? 'sleep' : 'wake'}) })

  // --- fields

  function select(name) {
    const field = make('select', {id: `watch-${name}`, onchange: () => choose(() => withPreset(name, field.value))},
      ...Object.entries(presets[name]).map(([value, {label}]) => make('option', {value, text: label})))
    return {field, row: make('div', {}, make('label', {for: field.id, text: state.capital(name)}), field)}
  }

  // A number counts when Enter is pressed or the field is left.
  function number(name, label, hint, low, high, change) {
    const sentence = make('span', {class: 'error', role: 'alert', id: `watch-${name}-problem`})
    const field = make('input', {
      id: `watch-${name}`, type: 'text', class: 'number', inputmode: 'numeric', autocomplete: 'off', maxlength: words.LONGEST,
      title: hint, 'aria-describedby': sentence.id,
      onchange: () => {
        const {value, problem: said} = wholeNumber(field.value, label, low, high)
        tellField(said)
        if (said) typed[name] = field.value
        else choose(() => change(String(value)))
      },
    })
    const tellField = said => {
      sentence.textContent = said
      field.setAttribute('aria-invalid', said ? 'true' : 'false')
      if (!said) delete typed[name]
    }
    const show = value => {
      field.value = String(value)
      const said = wholeNumber(field.value, label, low, high).problem
      tellField(said)
      return !said
    }
    return {field, show, row: make('div', {}, make('label', {for: field.id, text: label}), field, sentence)}
  }

  // Whether all that is chosen can be shown; text that was refused stays where it was typed.
  function showFields() {
    const scenario = state.active(chosen), {policy, world, values, weeks} = scenario
    for (const [name, {field}] of Object.entries(selects)) field.value = scenario[name]
    const now = {people: values.workers, weeks, seed: chosen.seed}
    const usable = Object.entries(inputs).map(([name, one]) => name in typed || one.show(now[name]))
    about.textContent = about.title = [presets.policy[policy], presets.world[world]].map(one => one.about).filter(Boolean).join(' ')
    more.textContent = changesInWords(scenario)
    moreRow.hidden = !more.textContent
    return usable.every(Boolean)
  }

  function say(lines) {
    problem.textContent = lines.join('\n')
    problem.hidden = !lines.length
    view.resize()
  }

  // --- what is chosen

  // A preset of one's own, which the library does not have, is one that can be chosen as well.
  function admit(scenario) {
    for (const group of ['policy', 'world']) {
      const name = scenario[group]
      if (name in presets[group]) continue
      presets[group][name] = presetFrom(scenario, group, tables)
      selects[group].field.append(make('option', {value: name, text: presets[group][name].label}))
    }
  }

  const presetValues = ({policy, world}) => ({...tables.workforce, ...presets.world[world].values, ...presets.policy[policy].values})

  function withPreset(group, name) {
    const scenario = state.active(chosen), {about: meaning, values} = presets[group][name]
    return state.withActive(chosen, state.checked({
      ...scenario, [group]: name, about: {...scenario.about, [group]: meaning}, values: {...scenario.values, ...values},
    }))
  }

  function reset() {
    choose(() => {
      const scenario = state.active(chosen), values = {...presetValues(scenario), workers: scenario.values.workers}
      return state.withActive(chosen, state.checked({...scenario, values, interventions: []}))
    })
    selects.policy.field.focus()  // the button is gone
  }

  // What differs from the presets, in words: empty if nothing does.
  function changesInWords(scenario) {
    const base = presetValues(scenario)
    const levers = Object.entries(scenario.values).filter(([name, value]) => name !== 'workers' && value !== base[name])
    const told = levers.map(([name, value]) => `${state.labelOf(name)} ${state.set(name, value)}`)
    const dated = scenario.interventions.map(one => `From week ${one.week}: ${state.datedText(one)}.`)
    return [...(told.length ? [`Changed: ${told.join(', ')}.`] : []), ...dated].join(' ')
  }

  // Something else is chosen: shown from week 0, standing still; what cannot be used is told, and changes nothing.
  function choose(change) {
    let next
    try { next = change() } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      showFields()
      say(refusal.said().split('\n'))
      return
    }
    begin(next, 0, [])
  }

  function begin(next, week, problems) {
    chosen = next
    const scenario = state.active(chosen), {values, weeks, interventions} = scenario
    admit(scenario)
    const usable = showFields()
    say(problems)
    if (!usable) {
      view.wait.textContent = 'Nothing is shown yet: please change what is marked above.'
      return
    }
    organisation++
    at = week
    const speed = organisation > 1 ? Number(view.speed.value) : tables.watch.speed
    const order = {
      scenario: {values, weeks, interventions}, seed: String(chosen.seed), organisation, speed, fields: tables.watch.fields,
    }
    const layout = new PictureLayout(tables.watch.fields, sizesOf(values, tables.layout))
    model.set('scene', {...stageOf(scenario, tables.watch.stage), organisation, fields: layout.fields, weeks, speed})
    playing.begin(order)
    if (week) playing.tell({do: 'jump', week})
    remember()
  }

  // --- the address

  const written = () => links.toQuery(chosen) + (at ? `&week=${at}` : '')

  function remember() { if (!hidden) app.remember(written()) }

  // The address follows the week where it stands still, a little later: browsers refuse many changes at once.
  function noteWeek() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (view.playing || !view.frame || view.frame.organisation !== organisation || view.frame.week === at) return
      at = view.frame.week
      remember()
    }, 300)
  }

  function read(query) {
    const {choices, problems} = links.fromQuery(withoutWeek(query)), scenario = state.active(choices)
    const {week, problem: wrong} = weekOf(query, scenario.weeks)
    begin({...state.start([scenario]), seed: choices.seed}, week, wrong ? [...problems, wrong] : problems)
  }

  return {
    show({query}) {
      hidden = false
      if (!chosen || (query && query !== written())) {
        for (const name of Object.keys(typed)) delete typed[name]
        if (query) read(query)
        else begin(state.start([tables.given[0]]), 0, [])
      } else remember()
      playing.tell({do: 'wake'})
      view.resize()
    },
    hide() {
      if (view.playing) view.playOrPause()
      hidden = true
      clearTimeout(timer)
      playing.tell({do: 'sleep'})
    },
  }
}

// The policy or world of a scenario as a preset.
function presetFrom(scenario, group, {parameters}) {
  const names = Object.keys(parameters).filter(name => parameters[name].group === group)
  const values = Object.fromEntries(names.map(name => [name, scenario.values[name]]))
  return {about: scenario.about[group], label: scenario[group].replaceAll('_', ' '), values}
}

// Those of the library, and those of the scenarios that a page was made with.
function presetsOf(tables) {
  const found = {policy: {...tables.policies}, world: {...tables.worlds}}
  for (const scenario of tables.given) {
    for (const group of ['policy', 'world']) found[group][scenario[group]] ||= presetFrom(scenario, group, tables)
  }
  return found
}
