// The room Learn: the lessons, each step by step; all runs are made on this device. What is said and drawn is in
// learn_said.js and learn_figures.js, what is set and run in learn_settings.js; here it is put on the screen.

const [PREDICT, RUN, NOTICE, EXPLAIN, TRY, EXTEND] = [0, 1, 2, 3, 4, 5]
const COARSE = 4  // so many histories of each organisation are enough for first pictures

function mount(host, app) {
  const {tables} = app, {learn: table} = tables, {words, steps} = table
  const settings = settingsOf(app), figures = figuresOf(table)
  const lessons = Object.fromEntries(table.lessons.map(one => [one.name, one]))
  let play = null       // the lesson that is played, and how far it is; nothing while the list is shown
  let seed = 1          // the number of the class
  let presenting = false
  let found = {}        // the results with the lesson as it begins (`usual`), and as it was changed (`chosen`)
  let question = null   // what is being computed
  let asked = 0         // how many questions there were: an answer to an older one is dropped
  let parts = {}        // elements of the lesson that are filled in later
  let kept = {}         // … and those of them that stay when what is tried is reset

  const lesson = () => lessons[play.name]
  const begun = name => ({name, step: PREDICT, furthest: PREDICT, bet: null, drawn: [], levers: {}, changes: [], condition: '', year: 0, hands: {}})
  const address = name => `#learn/${name}?${queryOf()}`
  const queryOf = () => `class=${seed}${presenting ? '&present=1' : ''}`

  // --- runs -------------------------------------------------------------------------------------------------------

  let classics = null

  // Who runs the histories: the pool of the page, or for published models one of their own.
  async function poolOf(model) {
    if (model === 'organisation') return app.pool
    classics ||= unpacked(table.classics.module).then(bytes => WebAssembly.compile(bytes)).then(module => {
      const pool = new Pool(module, table.classics.layout, table.classics.worker)
      if (!pool.workers.length) pool.engine = new Engine(module, table.classics.layout)  // that of classics.js
      return pool
    })
    return classics
  }

  // Run the lesson, as it begins or as it was changed; `early` hears first results.
  async function compute(which, early = () => {}) {
    const mine = ++asked, one = lesson(), seeds = settings.seedsOf(one, seed)
    const state = which === 'usual' ? {levers: {}, changes: []} : play, scenarios = settings.scenariosOf(one, state)
    question?.stop()
    progress(0, seeds.length)
    try {
      const pool = await poolOf(one.model)
      if (mine !== asked) return
      let shown = 0
      question = pool.ask(scenarios, seeds, (ready, histories) => {
        if (mine !== asked) return
        progress(ready, seeds.length)
        if (ready < seeds.length && ready >= Math.max(COARSE, 2 * shown)) {
          shown = ready
          early(settings.resultsOf(one, scenarios, histories, ready), ready, seeds.length)
        }
      })
      const histories = await question.promise
      if (mine !== asked) return
      found[which] = settings.resultsOf(one, scenarios, histories, seeds.length)
      settled(filled(words.done, {count: seeds.length, seed}))
    } catch (error) {
      if (mine !== asked) return
      delete found[which]
      settled(`${words.failed} (${error.message})`)
    }
    update()
  }

  function progress(ready, count) {
    parts.progress.hidden = false
    parts.progress.max = count
    parts.progress.value = ready
    parts.status.classList.add('busy')
    // Whoever hears the page is told when it begins and ends; the bar goes on for the eye.
    if (!ready) parts.status.textContent = filled(words.running, {ready, count})
    parts.figures.classList.add('busy')
  }

  function settled(text) {
    parts.progress.hidden = true
    parts.status.classList.remove('busy')
    parts.status.textContent = text
    parts.figures.classList.remove('busy')
  }

  // --- moves ------------------------------------------------------------------------------------------------------

  function refuse(text) {
    parts.refused.textContent = text
    parts.refused.hidden = !text
  }

  function go(step) {
    refuse('')
    play = {...play, step, furthest: Math.max(step, play.furthest)}
    for (const [k, section] of parts.sections.entries()) section.classList.toggle('away', k !== step)
    update()
    parts.sections[step].querySelector('h3').focus()
    if (presenting) scrollTo(0, 0)
  }

  function forward() {
    if (play.step === EXTEND) return
    if (play.step === PREDICT && play.bet === null) { refuse(words.place_bet); return }
    if (play.step !== PREDICT && !found.usual) return  // its runs go on
    const first = play.step === PREDICT && play.furthest === PREDICT
    go(play.step + 1)
    if (first) compute('usual', (some, ready, count) => draw(some, filled(words.so_far, {ready, count})))
  }

  function back() { if (play.step > RUN) go(play.step - 1) }

  function restart() {
    drop()
    play = begun(play.name)
    showLesson()
    parts.sections[PREDICT].querySelector('h3').focus()
  }

  // What was asked is not wanted any more.
  function drop() {
    asked++
    question?.stop()
    found = {}
  }

  // The number of a class as it was typed; nothing if it is none.
  function readClass(given) {
    const number = /^\s*[+-]?[0-9]{1,24}\s*$/.test(given) ? Number(given) : NaN
    return number >= 1 && number <= table.lastSeed ? number : null
  }

  const classRefused = () => filled(words.class_refused, {most: withCommas(String(table.lastSeed))})

  // --- the list ---------------------------------------------------------------------------------------------------

  function classField(change) {
    const hint = filled(words.class_hint, {most: withCommas(String(table.lastSeed))})
    const wrong = make('p', {class: 'error', id: 'learn-class-wrong', role: 'alert', hidden: true})
    const input = make('input', {
      id: 'learn-class', class: 'number', inputmode: 'numeric', maxlength: 12, autocomplete: 'off', value: seed,
      'aria-describedby': 'learn-class-wrong learn-class-hint',
      onchange: () => {
        const number = readClass(input.value)
        wrong.hidden = number !== null
        wrong.textContent = number === null ? classRefused() : ''
        input.setAttribute('aria-invalid', String(number === null))
        if (number !== null && number !== seed) change(number)
      },
    })
    return make('div', {class: 'class'}, make('label', {for: 'learn-class', text: words.class}), input, wrong, make('p', {id: 'learn-class-hint', text: hint}))
  }

  function lessonLinks(current = '') {
    const items = table.lessons.map(({name, title, idea, notes: {minutes}}) => make('li', {}, make('a', {
      href: address(name), class: name === current ? 'here' : null, 'aria-current': name === current ? 'true' : null,
    }, make('b', {text: title}), make('small', {text: filled(words.short, {idea, minutes})}))))
    return make('ol', {}, ...items)
  }

  function showList(problem = '') {
    drop()
    play = null
    present(false)
    const list = make('section', {class: 'list'},
      problem ? make('p', {class: 'error', role: 'alert', text: problem}) : null,
      make('h2', {text: words.lessons}), make('p', {class: 'about', text: words.bet_first}), lessonLinks(),
      classField(number => { seed = number; showList(); app.remember(queryOf()); document.getElementById('learn-class').focus() }))
    host.classList.add('all')
    host.replaceChildren(list)
  }

  // --- a lesson ---------------------------------------------------------------------------------------------------

  function showLesson(problem = '') {
    const one = lesson(), about = make('div', {class: 'notes', html: notes(one)})
    host.classList.remove('all')
    parts = {
      refused: make('p', {class: 'error', role: 'alert', text: problem, hidden: !problem}),
      stepper: make('ol', {class: 'stepper', 'aria-label': words.steps}),
      sections: [predict(one), run(), section(NOTICE, make('div', {html: listed(one.notice)})), explain(), trial(one), extend(one)],
      back: make('button', {type: 'button', text: words.back, onclick: back}),
      // The second half of a double click must not take the step that has just come.
      next: make('button', {type: 'button', class: 'next', onclick: event => { if (event.detail < 2) forward() }}),
      again: make('button', {type: 'button', text: words.again, onclick: restart}),
      progress: make('progress', {hidden: true, 'aria-label': filled(words.running, {ready: '', count: ''}).split(':')[0]}),
      status: make('span', {class: 'status', role: 'status'}),
      choosers: make('div', {class: 'levers-of choosers'}), figures: make('div', {class: 'figures'}),
      ...kept,
    }
    const {refused, stepper, sections, next, again, progress: bar, status, choosers, figures: pictures} = parts
    const left = make('nav', {class: 'left', 'aria-label': words.lessons},
      make('p', {class: 'up'}, make('a', {href: `#learn?class=${seed}`, text: words.all_lessons})),
      make('h2', {text: words.lessons}), lessonLinks(play.name),
      classField(number => { seed = number; app.remember(queryOf()); restart(); document.getElementById('learn-class').focus() }))
    const tools = make('div', {class: 'tools'},
      make('button', {type: 'button', class: 'present', onclick: () => { present(!presenting); update() }}),
      make('button', {type: 'button', class: 'full', text: words.full_screen, onclick: fullScreen}),
      make('button', {type: 'button', class: 'print', text: words.print, onclick: () => print()}),
      make('span', {class: 'keys', text: words.keys}))
    const article = make('article', {class: 'card lesson'},
      make('h2', {text: one.title}), make('p', {class: 'idea', text: one.idea}), tools,
      make('details', {class: 'teacher'}, make('summary', {text: words.notes}), about), stepper,
      make('div', {class: 'slide'},
        make('div', {class: 'words'}, ...sections, make('div', {class: 'go'}, parts.back, next, again, bar, status)),
        make('div', {class: 'seen'}, choosers, pictures)),
      make('p', {class: 'printed', text: `${words.class}: ${seed}`}))
    host.replaceChildren(left, make('div', {class: 'right'}, refused, article))
    for (const [k, each] of sections.entries()) each.classList.toggle('away', k !== play.step)
    parts.tools = tools
    sketching(host.querySelector('svg.sketch'), play.drawn, values => {
      if (play.furthest === PREDICT) play = {...play, drawn: values}
    })
    update()
    document.title = `${one.title} · tripleos`
  }

  function section(k, ...inside) {
    const [, title, about] = steps[k]
    return make('section', {'aria-label': title, 'data-step': title.toLowerCase()}, make('h3', {tabindex: -1, text: `${title}: ${about}`}), ...inside)
  }

  function notes({notes: mine}) {
    const lists = ['goals', 'discussion', 'sources'].map(part => `<h4>${escaped(words[part])}</h4>${listed(mine[part])}`)
    return `<p><b>${escaped(words.time)}</b> ${escaped(filled(words.minutes, mine))}</p>${lists.join('')}`
  }

  // --- predict ----------------------------------------------------------------------------------------------------

  function predict(one) {
    const {bet} = one, cases = one.conditions.map(each => `<li><b>${escaped(each.label)}</b>: ${escaped(each.told)}</li>`).join('')
    const choose = value => {
      play = {...play, bet: value}
      refuse('')
      update()
    }
    const fields = bet.options.length ? bet.options.map(each => optionOf(each, choose)) : [sliderOf(bet, choose)]
    return section(PREDICT, make('div', {html: `${paragraphs(one.story)}<ul class="cases">${cases}</ul>`}),
      make('div', {class: 'betting'},
        make('fieldset', {class: 'bet'}, make('legend', {text: bet.question}),
          bet.options.length ? make('p', {class: 'counting', 'aria-hidden': 'true', text: words.count_hands}) : null, ...fields),
        make('fieldset', {class: 'drawing'}, make('legend', {text: words.if_you_like}), make('div', {html: figures.sketch(one, one.span)}))))
  }

  function optionOf({key, label: text}, choose) {
    const radio = make('input', {type: 'radio', name: 'bet', value: key, onchange: () => choose(key)})
    const hands = make('input', {
      class: 'number hands', type: 'number', min: 0, max: 999, value: play.hands[key] ?? '', 'aria-label': filled(words.hands, {label: text}),
      onchange: () => { play.hands[key] = Math.max(0, Math.min(999, Math.floor(Number(hands.value)) || 0)) },
    })
    return make('div', {class: 'option'}, make('label', {}, radio, text), hands)
  }

  function sliderOf(bet, choose) {
    const shown = make('output', {text: `? ${bet.unit}`})
    const say = () => { shown.textContent = `${slider.value} ${bet.unit}` }
    const slider = make('input', {
      type: 'range', 'aria-label': bet.question, min: bet.low, max: bet.high, step: bet.step, value: (bet.low + bet.high) / 2,
      oninput: say, onchange: () => { say(); choose(Number(slider.value)) },
    })
    return make('div', {}, slider, shown)
  }

  // --- run and explain --------------------------------------------------------------------------------------------

  function run() {
    kept = {
      verdict: make('p', {class: 'lead', role: 'status'}), line: make('p', {}), class: make('div', {class: 'raised'}), found: make('div', {}),
      explained: make('div', {}), tried: make('div', {class: 'tried', role: 'status'}), changed: make('div', {class: 'changed'}), link: make('p', {class: 'onward'}),
    }
    return section(RUN, kept.verdict, kept.line, kept.class, kept.found)
  }

  const explain = () => section(EXPLAIN, kept.explained)

  // What the class bet, if hands were counted: a bar for each option.
  function raised() {
    const one = lesson(), counts = one.bet.options.map(({key}) => play.hands[key] || 0), most = Math.max(1, ...counts)
    if (!counts.some(Boolean)) return ''
    const right = truthOf(one, found.usual), width = k => (100 * counts[k]) / most
    const bars = one.bet.options.map(({key, label: text}, k) => `<li${key === right ? ' class="right"' : ''}><span>${escaped(text)}</span>` +
      `<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width(k)}" height="8"/></svg><b>${counts[k]}</b></li>`)
    return `<p>${escaped(words.raised)}</p><ul>${bars.join('')}</ul>`
  }

  // --- try --------------------------------------------------------------------------------------------------------

  function trial(one) {
    const own = one.levers.map(each => leverOf(one, each))
    const more = make('div', {class: 'anything'}, make('h4', {text: words.anything}), make('p', {text: words.anything_hint}), kept.changed, chooser(one))
    const reset = make('button', {type: 'button', class: 'reset', text: words.as_it_was, onclick: () => {
      play = {...play, levers: {}, changes: []}
      const fresh = trial(one)
      fresh.classList.toggle('away', play.step !== TRY)
      parts.sections[TRY].replaceWith(fresh)
      parts.sections[TRY] = fresh
      tryIt()
      fresh.querySelector('select').focus()
    }})
    kept.changed.replaceChildren()
    return section(TRY, make('div', {class: 'own'}, ...own), more, make('p', {}, reset), kept.tried, kept.link)
  }

  // A lever of the lesson: its named values, and any other.
  function leverOf(one, {name, label: text, values, usual}) {
    const about = settings.about(one, name), id = `learn-lever-${name}`, isNumber = about.kind === 'int' || about.kind === 'float'
    const known = values.map(([value]) => value), other = isNumber ? [] : about.choices.filter(value => !known.includes(value))
    const told = value => about.labels?.[about.choices.indexOf(value)] ?? String(value)
    const all = [...values, ...other.map(value => [value, told(value)])]
    const wrong = make('p', {class: 'error', id: `${id}-wrong`, role: 'alert', hidden: true})
    const become = given => change(name, {...play, levers: {...play.levers, [name]: given}}, given, wrong, field)
    const select = make('select', {id, onchange: () => {
      field.hidden = hint.hidden = select.selectedIndex < all.length
      if (field.hidden) become(all[select.selectedIndex][0])
      else field.focus()
    }}, ...all.map(([value, words]) => make('option', {text: words, selected: value === usual})), isNumber ? make('option', {text: words.another}) : null)
    const field = make('input', {
      class: 'number', inputmode: 'decimal', autocomplete: 'off', hidden: true, value: usual, 'aria-label': filled(words.value_of, {label: text}),
      'aria-describedby': `${id}-wrong ${id}-hint`, onchange: () => become(field.value),
    })
    const hint = make('small', {id: `${id}-hint`, text: about.limits, hidden: true})
    return make('div', {class: 'lever'}, make('label', {for: id, text}), select, field, hint, wrong)
  }

  // What to change beside the levers of the lesson.
  function chooser(one) {
    const own = one.levers.map(({name}) => name)
    const options = settings.groups(one).map(({title, names}) => {
      const made = names.filter(name => !own.includes(name)).map(name => make('option', {value: name, text: settings.about(one, name).label}))
      return title ? make('optgroup', {label: title}, ...made) : made
    })
    const select = make('select', {id: 'learn-anything', 'aria-label': words.what, onchange: () => {
      const name = select.value
      select.value = ''
      const row = changeOf(one, name)
      parts.changed.append(row)
      row.querySelector('.value').focus()
    }}, make('option', {value: '', text: words.choose}), ...options.flat())
    return make('div', {class: 'choose'}, select)
  }

  let rows = 0

  // A change of any lever, everywhere or in one condition: a row that becomes one when a value is set.
  function changeOf(one, name) {
    const about = settings.about(one, name), id = `learn-change-${++rows}`, now = settings.valueIn(one, one.conditions[0], play, name)
    const isNumber = about.kind === 'int' || about.kind === 'float'
    const told = (value, k) => about.labels?.[k] ?? (value === true ? 'yes' : value === false ? 'no' : String(value))
    const send = () => {
      const given = isNumber ? value.value : about.choices[value.selectedIndex]
      change(name, {...play, changes: [...play.changes.filter(each => each.id !== id), {id, name, given, where: where.value}]}, given, wrong, value)
    }
    const described = {id, 'aria-describedby': `${id}-wrong ${id}-hint`, onchange: send}
    const value = isNumber
      ? make('input', {class: 'number value', inputmode: 'decimal', autocomplete: 'off', value: [].concat(now)[0], ...described})
      : make('select', {class: 'value', ...described}, ...about.choices.map((each, k) => make('option', {text: told(each, k), selected: each === now})))
    const everywhere = name === 'weeks' || name === 'periods'  // or courses could not be held side by side
    const where = make('select', {'aria-label': `${about.label}, ${words.where}`, onchange: send}, make('option', {value: '', text: words.everywhere}),
      ...(everywhere ? [] : one.conditions.map(each => make('option', {value: each.key, text: each.label}))))
    const wrong = make('p', {class: 'error', id: `${id}-wrong`, role: 'alert', hidden: true})
    const remove = make('button', {type: 'button', text: words.remove, 'aria-label': filled(words.remove_what, {label: about.label}), onclick: () => {
      row.remove()
      const had = play.changes.some(each => each.id === id)
      play = {...play, changes: play.changes.filter(each => each.id !== id)}
      if (had) tryIt()
      document.getElementById('learn-anything').focus()
    }})
    const limits = about.limits || about.choices.map(told).join(', ')
    const row = make('div', {class: 'change'}, make('label', {for: id, text: state(about.label)}), value, where, remove,
      make('small', {id: `${id}-hint`, text: filled(words.allowed, {meaning: about.meaning, limits})}), wrong)
    return row
  }

  const state = text => text.slice(0, 1).toUpperCase() + text.slice(1)

  // Go on with what was changed; if it is refused, all stays, and its place says why.
  function change(name, next, given, wrong, field) {
    const said = settings.refusalOf(lesson(), next, name, given)
    wrong.textContent = said
    wrong.hidden = !said
    field.setAttribute('aria-invalid', String(Boolean(said)))
    if (said) return
    play = next
    tryIt()
  }

  function tryIt() {
    if (!Object.keys(play.levers).length && !play.changes.length) {
      asked++
      question?.stop()
      delete found.chosen
      settled(filled(words.done, {count: found.usual.seeds, seed}))
      update()
    } else compute('chosen', some => draw(some))
  }

  // --- extend -----------------------------------------------------------------------------------------------------

  function extend(one) {
    const seeds = settings.seedsOf(one, seed), link = settings.explore(one, {levers: {}, changes: []}, seeds)
    const onward = make('p', {class: 'onward'}, ...(link ? [make('a', {href: link, text: words.in_explore}), ` ${words.in_explore_hint}`] : []))
    return section(EXTEND, make('div', {html: listed(one.extend)}), onward)
  }

  // --- what follows from where the lesson stands --------------------------------------------------------------------

  function update() {
    if (!play) return
    const {step} = play, {usual} = found, one = lesson()
    parts.stepper.replaceChildren(...steps.map(([, title], k) => {
      const inside = [make('span', {text: String(k + 1)}), ` ${title}`]
      const mayGo = k >= RUN && k <= play.furthest && k !== step && usual
      return make('li', {class: k === step ? 'here' : k < step ? 'done' : null, 'aria-current': k === step ? 'step' : null},
        ...(mayGo ? [make('button', {type: 'button', onclick: () => go(k)}, ...inside)] : inside))
    }))
    const button = parts.tools.querySelector('.present')
    button.textContent = presenting ? words.stop_presenting : words.present
    button.setAttribute('aria-pressed', String(presenting))
    parts.back.hidden = step <= RUN
    parts.again.hidden = step === PREDICT
    parts.next.hidden = step === EXTEND
    parts.next.textContent = step === PREDICT ? words.run_it : filled(words.next, {step: steps[Math.min(step + 1, EXTEND)][1]})
    parts.next.disabled = step === PREDICT ? play.bet === null : !usual
    for (const input of host.querySelectorAll('.bet input')) input.disabled = play.furthest > PREDICT && !input.classList.contains('hands')
    host.querySelector('.slide').classList.toggle('with-pictures', step > PREDICT)
    if (usual) tell(one, usual)
    if (usual) draw((step >= TRY && found.chosen) || usual)
  }

  // All that is said of the runs, once they are there.
  function tell(one, usual) {
    const say = (part, html) => { if (part.innerHTML !== html) part.innerHTML = html }
    const text = (part, words) => { if (part.textContent !== words) part.textContent = words }
    text(parts.verdict, judged(one, usual, play.bet))
    text(parts.line, play.drawn.length ? sketched(one, usual, play.drawn) : '')
    say(parts.class, one.bet.options.length ? raised() : '')
    if (!parts.found.innerHTML) {
      say(parts.found, listed(telling(one.found, usual)))
      say(parts.explained, `${paragraphs(telling(one.explain, usual))}<h4>${escaped(words.limits)}</h4>${listed(one.limits)}`)
    }
    const chosen = found.chosen || usual
    say(parts.tried, `<p class="asked">${sentence(one.bet.question)}</p><p class="lead">${sentence(shows(one, chosen))}</p>${listed(telling(one.trial, chosen))}`)
    const link = settings.explore(one, play, settings.seedsOf(one, seed))
    if (link) parts.link.replaceChildren(make('a', {href: link, text: words.in_explore}), ` ${words.in_explore_hint}`)
  }

  // The pictures of some results; `note`: what is said above them, if they are not whole yet.
  function draw(results, note = '') {
    const one = lesson(), spans = one.diagrams ? figures.years(results) : [], whole = results.points - 1 === one.span.end - one.span.start
    if (play.year >= spans.length) play = {...play, year: 0}
    const drawn = whole ? play.drawn : []
    parts.figures.innerHTML = (note ? `<p class="so-far">${escaped(note)}</p>` : '') + figures.all(one, results, play.condition, play.year, drawn)
    const key = spans.map(([name]) => name).join()
    if (parts.choosers.dataset.key === key) return
    parts.choosers.dataset.key = key
    const condition = make('select', {onchange: () => again({condition: one.conditions[condition.selectedIndex].key})},
      ...one.conditions.map(each => make('option', {text: each.label, selected: each.key === play.condition})))
    const year = make('select', {onchange: () => again({year: year.selectedIndex})}, ...spans.map(([name], k) => make('option', {text: name, selected: k === play.year})))
    parts.choosers.replaceChildren(...(spans.length ? [make('label', {}, words.show, condition), make('label', {}, words.in, year)] : []))
  }

  function again(chosen) {
    play = {...play, ...chosen}
    update()
  }

  // --- presenting -------------------------------------------------------------------------------------------------

  function present(whether) {
    presenting = whether
    document.body.classList.toggle('presenting', whether)
    if (play) app.remember(queryOf())
    if (!whether && document.fullscreenElement) document.exitFullscreen()
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else document.documentElement.requestFullscreen?.().catch(() => {})
  }

  // What a key does while a lesson is presented; keys of fields, and of the line that is drawn, stay theirs.
  function pressed(event) {
    if (!presenting || host.hidden || !play || event.altKey || event.ctrlKey || event.metaKey) return
    const {key, target} = event
    if (key === 'Escape') {
      present(false)
      update()
      return
    }
    if (target.closest?.('input:not([type=radio]), select, textarea, svg.sketch, .scroll')) return
    const isButton = target.closest?.('button, a, summary, input'), isRadio = target.matches?.('input[type=radio]')
    const move = {ArrowRight: forward, ArrowLeft: back, ' ': forward, Enter: forward, PageDown: forward, PageUp: back}[key]
    if (!move || event.repeat) return
    // These choose an option, or press what they are on; Enter on an option goes on.
    if ((isRadio && key !== 'Enter') || (isButton && !isRadio && (key === ' ' || key === 'Enter'))) return
    event.preventDefault()
    move()
  }

  document.addEventListener('keydown', pressed)

  return {
    show({path, query}) {
      const given = new URLSearchParams(query.slice(0, 500)), number = given.has('class') ? readClass(given.get('class')) : seed
      let problem = number === null ? filled(words.link_refused, {why: classRefused()}) : ''
      if (path && !(path in lessons)) problem = filled(words.link_refused, {why: filled(words.no_lesson, {name: decodeURIComponentSafely(path).slice(0, 60)})})
      const wanted = number ?? 1, same = play && play.name === path && wanted === seed
      seed = wanted
      if (!(path in lessons)) { showList(problem); return }
      presenting = given.get('present') === '1'
      document.body.classList.toggle('presenting', presenting)
      if (same) {
        document.title = `${lesson().title} · tripleos`
        update()
        return
      }
      drop()
      play = begun(path)
      showLesson(problem)
      if (!problem) app.remember(queryOf())
    },
    hide() { document.body.classList.remove('presenting') },
  }
}

function decodeURIComponentSafely(text) {
  try { return decodeURIComponent(text) } catch { return text }
}
