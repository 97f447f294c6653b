// The room Explore: levers on the left, and on the right the results. What is chosen is in choices.js, gate.js and
// link.js, what is said and drawn in words.js and story.js; here it is put on the screen.

const PATIENCE = 1000   // milliseconds after which progress is shown
const AT_MOST = 250     // … for which a newer question waits until the first answer to an older one is there

function mount(host, app) {
  const {tables, pool} = app, {explore: table, parameters} = tables
  const state = choicesOf(tables), links = linksOf(tables, state), words = wordsOf(tables, state)
  const told = storyOf(tables, state, words)
  let choices = state.start(tables.given.map(one => ({...one}))), refused = {}, notices = []

  // --- what may happen --------------------------------------------------------------------------------------------

  // Go on with what follows from a change; if it is refused, all stays, and its place says why.
  function become(place, change, given = '') {
    try {
      choices = change(choices)
      refused = {}
      notices = []
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      const typed = String(given).slice(0, table.bounds.typed), said = state.sentence(choices, place, given, refusal)
      refused = {...refused, [place]: {typed, said}}
    }
    update()
  }

  // --- fields -----------------------------------------------------------------------------------------------------

  const updates = []  // of all that is on the left: called with what is there now

  // A lever or another number: `what` is the kind of thing, as in the ids of the dashboard. `look` gives what is shown:
  // {value, low, high (of the slider, none if null), limits, changed, preset}; `send` takes what was set.
  function field({what, name, place = name, label, kind, unit, meaning, step, choices: options = [], look, send}) {
    const id = `${what}-${name}`, hint = `${id}-hint`, wrong = `${id}-error`, described = `${hint} ${wrong}`
    const element = make('div', {class: 'lever'}), caption = make('label', {for: id, text: label})
    const about = make('p', {class: 'hint', id: hint}), error = make('p', {class: 'error', id: wrong, role: 'alert', hidden: true})
    let input, slider = null, writing = false, sliding = false
    const enter = given => { writing = false; send(given) }
    if (kind === 'bool') {
      const set = () => send(String(input.checked))
      input = make('input', {id, type: 'checkbox', 'aria-describedby': described, onchange: set})
    } else if (kind === 'choice') {
      const listed = options.map(one => make('option', {text: one, value: one}))
      input = make('select', {id, 'aria-describedby': described, onchange: () => send(input.value)}, ...listed)
    } else {
      input = make('input', {
        class: 'number', type: 'text', inputmode: 'decimal', autocomplete: 'off', id, 'aria-describedby': described,
        oninput: () => { writing = true }, onchange: () => enter(input.value),
        onkeydown: event => { if (event.key === 'Escape') { writing = false; update() } },
      })
      if (look().high !== null) {
        slider = make('input', {
          type: 'range', min: look().low, step, 'aria-label': `${label}, slider`,
          oninput: () => { sliding = true; enter(slider.value) }, onchange: () => { sliding = false; update() },
        })
      }
    }
    element.append(...[caption, slider, input, about, error].filter(Boolean))
    updates.push(() => {
      const {value, high, limits, changed = false, preset = ''} = look(), {typed, said} = refused[place] || {}
      const shown = typed ?? state.written(name, value), text = typed ?? formatSetting(value, kind)
      element.classList.toggle('changed', changed)
      element.classList.toggle('bad', Boolean(said))
      caption.title = `${meaning} (${limits}${unit ? ` ${unit}` : ''})`
      about.replaceChildren(meaning, make('br'), `${limits} ${unit}${changed ? `; preset: ${preset}` : ''}`)
      error.textContent = said || ''
      error.hidden = !said
      if (kind === 'bool') input.checked = value
      else if (kind === 'choice') input.value = value
      else {
        if (!writing) input.value = text
        input.setAttribute('aria-invalid', said ? 'true' : 'false')
        if (slider) {
          slider.max = high
          if (!sliding) slider.value = value
          slider.setAttribute('aria-valuetext', `${shown} ${unit}`.trim())
        }
      }
    })
    return element
  }

  // How wide a field is, in words: its own bounds, which may depend on others.
  function limitsText(name) {
    const limits = state.limitsOf(choices, name)
    return limits ? limits.map(state.bound).join('\u00a0…\u00a0') : parameters[name].range
  }

  function lever(name) {
    const one = parameters[name]
    return field({
      what: 'lever', name, label: state.labelOf(name), kind: one.kind, unit: one.unit, meaning: one.meaning, choices: one.choices,
      step: table.sliders[name]?.step,
      look: () => {
        const scenario = state.active(choices), value = scenario.values[name]
        const base = state.baseOf(scenario, one.group).values[name]
        return {
          value, low: one.low, high: table.sliders[name]?.high ?? null, limits: limitsText(name), changed: value !== base,
          preset: formatSetting(base, one.kind),
        }
      },
      send: given => become(name, now => state.withLever(now, name, given), given),
    })
  }

  function share(space) {
    const name = `split_${space}`
    return field({
      what: 'share', name: space, place: name, label: space, kind: 'float', unit: 'share', meaning: table.spaces[space], step: 0.01,
      look: () => {
        const [low, high] = state.limitsOf(choices, name)
        const limits = `${general(low)} … ${general(high)}${low ? `; ${formatShare(low)} protected` : ''}`
        return {value: state.active(choices).values[name], low, high, limits}
      },
      send: given => become(name, now => state.withShare(now, space, given), given),
    })
  }

  function shock(name) {
    const one = parameters[name]
    return field({
      what: 'shock', name, label: name.slice(6), kind: one.kind, unit: one.unit, meaning: one.meaning, step: table.sliders[name].step,
      look: () => {
        const high = name === 'shock_week' ? state.active(choices).weeks : table.sliders[name].high
        return {value: state.active(choices).values[name], low: one.low, high, limits: limitsText(name)}
      },
      send: given => become(name, now => state.withShock(now, name, given), given),
    })
  }

  function running(name) {
    const [low, most] = table.bounds[name], {unit, meaning} = table.running[name]
    const change = {weeks: state.withWeeks, runs: state.withRuns, seed: state.withSeed}[name]
    return field({
      what: 'running', name, label: state.labelOf(name), kind: 'int', unit, meaning, step: 1,
      look: () => {
        const value = name === 'weeks' ? state.active(choices).weeks : choices[name]
        return {value, low, high: name === 'seed' ? null : most, limits: `${state.bound(low)} … ${state.bound(most)}`}
      },
      send: given => become(name, now => change(now, given), given),
    })
  }

  const cross = (label, onclick) => make('button', {type: 'button', class: 'drop', 'aria-label': label, text: '×', onclick})

  // A group of fields, with more of them behind a button.
  function part(title, fields, more = []) {
    const rest = make('div', {class: 'rest', hidden: true}, ...more)
    const open = more.length ? make('button', {
      type: 'button', class: 'more', 'aria-expanded': 'false', text: `Show ${more.length} expert settings`,
      onclick: () => {
        rest.hidden = !rest.hidden
        open.setAttribute('aria-expanded', String(!rest.hidden))
        open.textContent = rest.hidden ? `Show ${more.length} expert settings` : 'Hide expert settings'
      },
    }) : null
    return make('div', {class: 'part', role: 'group', 'aria-label': title}, make('h2', {text: title}), ...fields, rest, open)
  }

  // --- the left side ----------------------------------------------------------------------------------------------

  function preset(kind) {
    const library = kind === 'policy' ? tables.policies : tables.worlds, id = `preset-${kind}`
    const of = make('span', {class: 'of'}), about = make('p', {class: 'about'})
    const error = make('p', {class: 'error', role: 'alert', hidden: true})
    const options = Object.entries(library).map(([name, one]) => make('option', {value: name, text: one.label, title: one.about}))
    const own = make('option', {}), select = make('select', {id, onchange: () => {
      const name = select.value
      become(kind, now => (name in library ? state.withPreset(now, kind, name) : now), name)
    }}, ...options)
    updates.push(() => {
      const scenario = state.active(choices), name = scenario[kind]
      if (name in library) own.remove()
      else {
        own.value = name
        own.textContent = `${name} (own)`
        select.append(own)
      }
      select.value = name
      about.textContent = scenario.about[kind]
      of.textContent = choices.scenarios.length > 1 ? ` of ${state.lettersOf(choices)[choices.at]}` : ''
      error.textContent = refused[kind]?.said || ''
      error.hidden = !refused[kind]
    })
    const caption = make('label', {for: id, text: kind === 'policy' ? 'Policy' : 'World'}, of)
    return make('div', {class: 'preset'}, caption, select, about, error)
  }

  function undo(unfold) {
    const button = make('button', {type: 'button', class: 'undo', onclick: () => become('reset', state.reset)})
    const error = make('p', {class: 'error', role: 'alert', hidden: true}), notes = make('div')
    updates.push(() => {
      const scenario = state.active(choices), count = Object.keys(state.changed(scenario)).length
      button.textContent = count ? `Undo ${count} change${count > 1 ? 's' : ''}` : 'Reset to preset'
      button.disabled = !count && !scenario.interventions.length
      error.textContent = refused.reset?.said || ''
      error.hidden = !refused.reset
      notes.replaceChildren(...state.notes(scenario).map(text => make('p', {class: 'about', text})))
    })
    return make('div', {}, make('div', {class: 'row'}, button, unfold), error, notes)
  }

  function weekBar() {
    const pieces = SPACES.map(space => make('span', {class: space}))
    updates.push(() => SPACES.forEach((space, k) => {
      const value = state.active(choices).values[`split_${space}`]
      pieces[k].style.width = `${100 * value}%`
      pieces[k].textContent = value > 0.12 ? `${Math.round(100 * value)} %` : ''
    }))
    return make('div', {class: 'weekbar', 'aria-hidden': 'true'}, ...pieces)
  }

  // Dated changes of policy: those that there are, and a form for another one.
  function dated() {
    const list = make('ul', {class: 'dated'}), error = make('p', {class: 'error', role: 'alert', id: 'dated-error', hidden: true})
    const group = (label, pairs) => make('optgroup', {label}, ...pairs.map(([value, text]) => make('option', {value, text})))
    const levers = table.parts.levers.filter(name => !name.startsWith('split_'))
    const what = make('select', {id: 'dated-what', 'aria-describedby': 'dated-error', onchange: () => refresh()},
      group('Switch to a policy', Object.entries(tables.policies).map(([name, one]) => [`policy:${name}`, one.label])),
      group('Split of the week', SPACES.map(space => [`share:${space}`, state.labelOf(`split_${space}`)])),
      group('Set a lever', levers.map(name => [name, state.labelOf(name)])))
    const number = (id, described) => make('input', {
      id, class: 'number', type: 'text', inputmode: 'decimal', autocomplete: 'off', 'aria-describedby': described,
    })
    const week = number('dated-week', 'dated-error'), value = number('dated-value', 'dated-range dated-error')
    const range = make('p', {class: 'about', id: 'dated-range'})
    const valued = make('div', {class: 'of-value'}, make('label', {for: 'dated-value', text: 'to'}), value)
    const lever = () => (what.value.startsWith('share:') ? `split_${what.value.slice(6)}` : what.value in parameters ? what.value : '')
    const refresh = () => {
      const name = lever(), {kind, meaning, unit} = parameters[name] || {}
      valued.hidden = !name
      range.textContent = !name ? tables.policies[what.value.slice(7)]?.about
        : `${meaning}; ${kind === 'bool' ? 'true or false' : limitsText(name)}${unit ? ` ${unit}` : ''}`
    }
    const add = () => {
      become('dated', now => state.withDated(now, week.value, what.value, value.value), value.value)
      if (!refused.dated) list.lastElementChild?.scrollIntoView({block: 'nearest'})
    }
    const onEnter = event => { if (event.key === 'Enter') add() }
    week.addEventListener('keydown', onEnter)
    value.addEventListener('keydown', onEnter)
    what.value = 'openness'
    week.value = '53'
    updates.push(() => {
      list.replaceChildren(...state.active(choices).interventions.map((one, k) => {
        const text = `Week ${one.week}: ${state.datedText(one)}`
        const remove = () => {
          become('dated', now => state.withoutDated(now, k))
          list.querySelectorAll('button')[Math.min(k, list.children.length - 1)]?.focus()
          if (!list.children.length) week.focus()
        }
        return make('li', {}, make('span', {text}), cross(`Remove: ${text}`, remove))
      }))
      list.hidden = !list.children.length
      error.textContent = refused.dated?.said || ''
      error.hidden = !refused.dated
      refresh()
    })
    return [
      list,
      make('div', {class: 'dating'},
        make('label', {for: 'dated-week', text: 'from week'}), week, make('label', {for: 'dated-what', text: 'set'}), what, valued,
        make('button', {type: 'button', class: 'add', text: 'Add', onclick: add})),
      range, error,
    ]
  }

  // In a narrow window all but the presets is behind a button, so that results are near.
  function leftSide() {
    const all = make('div', {class: 'all', id: 'all-levers'},
      part('Starting split of the working week', [weekBar(), ...SPACES.map(share)]),
      ...table.groups.map(({title, first, more}) => part(title, first.map(lever), more.map(lever))),
      part('Changes of policy during the run', dated()),
      part('Shock to the world (all scenarios)', ['shock_week', 'shock_share'].map(shock)),
      part('Simulation settings (all scenarios)', ['weeks', 'runs', 'seed'].map(running)))
    const unfold = make('button', {
      type: 'button', class: 'unfold', 'aria-expanded': 'false', 'aria-controls': 'all-levers', text: 'Show all levers',
      onclick: () => {
        const open = all.classList.toggle('open')
        unfold.setAttribute('aria-expanded', String(open))
        unfold.textContent = open ? 'Hide levers' : 'Show all levers'
      },
    })
    const skip = make('button', {type: 'button', class: 'skip', text: 'Go to the results', onclick: () => right.focus()})
    return make('div', {class: 'left'}, skip, make('div', {class: 'levers'}, preset('policy'), preset('world'), undo(unfold), all))
  }

  // --- the right side: its bar ------------------------------------------------------------------------------------

  const right = make('div', {class: 'right', tabindex: '-1', role: 'region', 'aria-label': 'Results'})
  const held = make('div', {class: 'held', role: 'group', 'aria-label': 'Scenarios side by side'})
  const status = make('span', {class: 'status', role: 'status'})
  const progress = make('progress', {'aria-label': 'histories simulated', hidden: true})
  const remaining = make('span', {class: 'remaining'})
  const stop = make('button', {type: 'button', class: 'stop', text: 'Stop', hidden: true, onclick: () => enough()})
  const copy = make('button', {
    type: 'button', class: 'copy', title: 'a link that restores all that is chosen', text: 'Copy link', onclick: copyLink,
  })
  const link = make('input', {class: 'link', readonly: true, 'aria-label': 'The link', hidden: true})
  const notice = make('div', {class: 'notice', role: 'alert', hidden: true}), results = make('div', {class: 'results'})
  const bar = make('div', {class: 'bar'}, held, make('div', {class: 'state'}, status, progress, remaining, stop, copy))

  function chips() {
    const letters = state.lettersOf(choices), before = document.activeElement
    const inside = held.contains(before), count = held.querySelectorAll('.chip').length
    held.replaceChildren(...choices.scenarios.map((one, k) => {
      const name = state.nameOf(one), act = change => () => become('hold', change)
      const show = make('button', {
        type: 'button', 'aria-pressed': String(k === choices.at), title: `${name}: the levers on the left change it`,
        html: `${told.swatch(k)} <b>${letters[k]}</b> `, onclick: act(now => state.show(now, k)),
      })
      show.append(name)
      const drop = choices.scenarios.length > 1
        ? cross(`Remove ${letters[k]}`, act(now => state.drop(now, k))) : null
      return make('span', {class: `chip${k === choices.at ? ' active' : ''}`}, show, drop)
    }))
    if (choices.scenarios.length < table.bounds.letters.length) {
      held.append(make('button', {
        type: 'button', class: 'hold', title: 'keep this scenario and change a copy of it beside it', text: '+ Add a scenario to compare',
        onclick: () => become('hold', state.hold),
      }))
    }
    // The button that was pressed is made anew, and may be gone: go on where one would.
    if (!inside) return
    const hold = held.querySelector('.hold'), same = before.classList.contains('hold') && count < choices.scenarios.length && hold
    const show = held.querySelectorAll('.chip')[choices.at].firstElementChild
    ;(same || show).focus()
  }

  async function copyLink() {
    link.value = location.href
    try {
      await navigator.clipboard.writeText(location.href)
      copy.textContent = 'Copied'
      setTimeout(() => { copy.textContent = 'Copy link' }, 1500)
    } catch {
      link.hidden = false
      link.select()
    }
  }

  function files(answer) {
    const save = (name, kind, pieces) => {
      const address = URL.createObjectURL(new Blob(pieces, {type: kind}))
      make('a', {href: address, download: name}).click()
      setTimeout(() => URL.revokeObjectURL(address), 60000)
    }
    const button = (text, title, onclick) => make('button', {type: 'button', text, title, onclick})
    const summary = () => save('tripleos.csv', 'text/csv', [told.summaryCsv(answer)])
    const weekly = () => save('tripleos-weeks.csv', 'text/csv', [...told.weeklyCsv(answer)])
    const toml = () => save('scenario.toml', 'application/toml', [links.toToml(state.active(choices))])
    return make('div', {class: 'card wide files', role: 'group', 'aria-label': 'Save as'}, make('span', {text: 'Save as'}),
      button('CSV', 'means and paired differences', summary), button('CSV, every week', 'every week of every run', weekly),
      button('TOML', 'the scenario that is being changed, as a file', toml))
  }

  // --- answers ----------------------------------------------------------------------------------------------------

  let asked = null  // the question that is being answered: its choices in words, when it began, what there is of it
  let due = 0, seen = false

  const questionOf = now => links.toQuery({...now, at: 0})

  // Ask for what is chosen. A first answer that is about to come is waited for, so that a slider shows what it does.
  function ask() {
    const query = questionOf(choices)
    if (asked?.query === query && !asked.failed) return
    busy(true)
    clearTimeout(due)
    const wait = asked && !asked.first && !asked.failed ? AT_MOST - (performance.now() - asked.began) : 0
    if (wait > 0) due = setTimeout(begin, wait)
    else begin()
  }

  function begin() {
    clearTimeout(due)
    due = 0
    const query = questionOf(choices)
    if (asked?.query === query && !asked.failed) return finish(asked)
    asked?.question?.stop()
    const mine = {query, choices, began: performance.now(), first: false, whole: false, failed: false, ready: 0, histories: null}
    mine.keys = choices.scenarios.map(links.keyOfScenario)
    asked = mine
    const seeds = state.seedsOf(choices), least = Math.min(table.bounds.first, seeds.length)
    mine.timer = setTimeout(() => slow(mine), PATIENCE)
    mine.question = pool.ask(choices.scenarios, seeds, (ready, histories) => {
      Object.assign(mine, {ready, histories})
      if (asked !== mine) return
      if (mine.first || ready < least || ready === seeds.length) return
      mine.first = true
      // Not at once: what is kept of earlier questions comes history by history, and may be all.
      Promise.resolve().then(() => {
        if (asked !== mine || mine.whole) return
        draw(mine, histories.map(of => of.slice(0, mine.ready)))
        if (due) begin()
      })
    })
    mine.question.promise.then(
      whole => {
        mine.whole = mine.first = true
        if (asked !== mine) return
        draw(mine, whole)
        finish(mine)
      },
      error => {
        mine.failed = true
        if (asked === mine) fail(error)
      })
  }

  function busy(now) {
    right.setAttribute('aria-busy', String(now))
    status.classList.toggle('busy', now)
    if (now) {
      status.textContent = 'computing …'
      right.dataset.answered = ''
      progress.hidden = stop.hidden = true
      remaining.textContent = ''
    } else {
      progress.hidden = stop.hidden = true
      remaining.textContent = ''
      results.classList.remove('stale')
    }
  }

  // What takes longer says how far it is; numbers that belong to other choices are pale meanwhile.
  function slow(mine) {
    if (asked !== mine || mine.whole || mine.failed) return
    const total = mine.choices.scenarios.length * mine.choices.runs, done = total - mine.question.left
    const seconds = done ? (performance.now() - mine.began) / 1000 / done * mine.question.left : 0
    progress.max = total
    progress.value = done
    progress.hidden = false
    const length = seconds > 90 ? `${Math.round(seconds / 60)} min` : `${Math.ceil(seconds)} s`
    remaining.textContent = seconds > 1 ? `about ${length} left` : ''
    stop.hidden = mine.ready < 2
    results.classList.toggle('stale', !mine.first)
    mine.timer = setTimeout(() => slow(mine), PATIENCE / 2)
  }

  // Enough for now: what there is so far is the answer.
  function enough() {
    if (!asked?.histories || asked.whole) return
    asked.question.stop()
    draw(asked, asked.histories.map(of => of.slice(0, asked.ready)))
    asked.failed = true  // so that the same is asked again when something is set
    busy(false)
    status.textContent = `Stopped: average of the first ${asked.ready} of ${asked.choices.runs} simulated histories`
    right.focus()
  }

  function finish(mine) {
    if (!mine.whole || due) return
    busy(false)
    status.textContent = `Average of ${words.histories(state.seedsOf(mine.choices))}`
    right.dataset.answered = links.toQuery(choices)
  }

  function fail(error) {
    busy(false)
    const other = `That could not be computed (${error.message}). Change a lever, or reset to a preset.`
    status.textContent = /memory|allocat|out of bounds/i.test(error.message) ? table.words.no_memory : other
    results.replaceChildren(make('p', {class: 'card first', text: status.textContent}))
  }

  function draw(mine, histories) {
    const answer = new Answer(tables, state, mine.choices, histories, mine.keys)
    const focused = [...results.querySelectorAll('[tabindex], button')].indexOf(document.activeElement)
    results.innerHTML = told.story(answer) + told.comparison(answer) + told.afterwards(answer)
    // What a pointer or the keyboard shows, for those who hear the page.
    for (const one of results.querySelectorAll('.term')) one.setAttribute('aria-description', one.dataset.tip)
    results.append(files(answer))
    if (focused >= 0) results.querySelectorAll('[tabindex], button')[focused]?.focus()
    results.classList.remove('stale')
  }

  // --- all of it --------------------------------------------------------------------------------------------------

  function update() {
    for (const one of updates) one()
    chips()
    const lines = [...notices, ...(refused.hold ? [refused.hold.said] : [])]
    notice.hidden = !lines.length
    notice.replaceChildren(make('ul', {}, ...lines.map(text => make('li', {text}))))
    if (!seen) return
    app.remember(links.toQuery(choices))
    ask()
    if (asked?.whole && !due && asked.query === questionOf(choices)) right.dataset.answered = links.toQuery(choices)
  }

  right.append(make('h2', {class: 'unseen', text: 'From awareness to action'}), bar, link, notice, results)
  host.append(leftSide(), right)

  return {
    show({query}) {
      seen = true
      if (query && query !== links.toQuery(choices)) {
        const {choices: found, problems} = links.fromQuery(query)
        choices = found
        notices = problems
        refused = {}
      }
      update()
    },
    hide() {
      seen = false
      if (asked && !asked.whole) {
        asked.question.stop()
        asked = null
      }
    },
  }
}
