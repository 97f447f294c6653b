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

function mount(host, app) {
  const {tables} = app, {choices} = tables.watch, presets = presetsOf(tables)
  takeConstants(tables.watch)
  let chosen = null, organisation = 0, at = 0, hidden = false, timer = 0
  const typed = {}  // text of fields that cannot be used

  const problem = make('p', {class: 'error card', role: 'alert', hidden: true})
  const more = make('p', {class: 'watch-more'}), drop = make('button', {type: 'button', text: 'Reset to presets', onclick: () => {
    choose({changes: {}, dated: []})
  }})
  const about = make('p', {class: 'tw-about'}), moreRow = make('div', {class: 'watch-changes', hidden: true}, more, drop)
  const selects = {policy: select('policy'), world: select('world')}
  const inputs = {
    people: number('people', choices.PEOPLE_LABEL, choices.PEOPLE_HINT, choices.FEWEST, choices.MOST),
    weeks: number('weeks', choices.WEEKS_LABEL, choices.WEEKS_HINT, 1, choices.MOST_WEEKS),
    seed: number('seed', choices.SEED_LABEL, choices.SEED_HINT, 0, choices.LARGEST_SEED),
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

  function select(name) {
    const field = make('select', {id: `watch-${name}`, onchange: () => choose({[name]: field.value})},
      ...Object.entries(presets[name]).map(([value, {label}]) => make('option', {value, text: label})))
    return {field, row: make('div', {}, make('label', {for: field.id, text: capital(name)}), field)}
  }

  // A number counts when Enter is pressed or the field is left.
  function number(name, label, hint, low, high) {
    const sentence = make('span', {class: 'error', role: 'alert', id: `watch-${name}-problem`})
    const field = make('input', {
      id: `watch-${name}`, type: 'text', class: 'number', inputmode: 'numeric', autocomplete: 'off', maxlength: choices.LONGEST,
      title: hint, 'aria-describedby': sentence.id,
      onchange: () => {
        const {value, problem: said} = wholeNumber(field.value, label, low, high)
        if (said) typed[name] = field.value
        tellField(said)
        if (!said) choose({[name]: name === 'seed' ? String(value) : value})
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

  function say(lines) {
    problem.textContent = lines.join('\n')
    problem.hidden = !lines.length
    view.resize()
  }

  // Something else is chosen: shown from week 0, standing still; what cannot be used is told, and changes nothing.
  function choose(change) {
    const next = {...chosen, ...change}
    // a preset is taken as it is: what was changed of it before goes
    for (const group of ['policy', 'world']) {
      if (!(group in change) || change.changes) continue
      next.changes = Object.fromEntries(Object.entries(next.changes).filter(([name]) => tables.parameters[name].group !== group))
    }
    const problems = problemsOf(scenarioFrom(next, tables), tables)
    if (problems.length) {
      say(problems)
      showFields()
      return
    }
    begin(next, 0, [])
  }

  // Whether all that is chosen can be shown; text that was refused stays where it was typed.
  function showFields() {
    for (const [name, {field}] of Object.entries(selects)) field.value = chosen[name]
    const usable = Object.entries(inputs).map(([name, one]) => name in typed || one.show(chosen[name]))
    about.textContent = [presets.policy[chosen.policy], presets.world[chosen.world]].map(one => one.about).filter(Boolean).join(' ')
    about.title = about.textContent
    more.textContent = moreInWords(chosen, tables)
    moreRow.hidden = !more.textContent
    return usable.every(Boolean)
  }

  function begin(next, week, problems) {
    chosen = next
    const usable = showFields()
    say(problems)
    if (!usable) {
      view.wait.textContent = 'Nothing is shown yet: please change what is marked above.'
      return
    }
    const scenario = scenarioFrom(chosen, tables), {values, weeks, interventions} = scenario
    organisation++
    at = week
    const speed = organisation > 1 ? Number(view.speed.value) : tables.watch.speed
    const order = {
      scenario: {values, weeks, interventions}, seed: chosen.seed, organisation, speed, fields: tables.watch.fields,
    }
    const layout = new PictureLayout(tables.watch.fields, sizesOf(values, tables.layout))
    model.set('scene', {...stageOf(scenario, tables.watch.stage), organisation, fields: layout.fields, weeks, speed})
    playing.begin(order)
    if (week) playing.tell({do: 'jump', week})
    remember()
  }

  function remember() {
    if (!hidden) app.remember(writeLink(chosen, at, tables))
  }

  // The address follows the week where it stands still, a little later: browsers refuse many changes at once.
  function noteWeek() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (view.playing || !view.frame || view.frame.organisation !== organisation || view.frame.week === at) return
      at = view.frame.week
      remember()
    }, 300)
  }

  return {
    show({query}) {
      hidden = false
      if (!chosen || (query && query !== writeLink(chosen, at, tables))) {
        const {chosen: found, week, problems} = query ? readLink(query, tables) : {chosen: null, week: 0, problems: []}
        for (const name of Object.keys(typed)) delete typed[name]
        if (found || !chosen) begin(found || chosenFrom(tables.given[0], 1, tables), week, problems)
        else say(problems)
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
