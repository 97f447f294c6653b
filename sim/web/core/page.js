// The page: unpacks the model, checks that it gives the same bits here, and shows the room that the address names.

// An element with attributes (`on…`: listeners; `text`, `html`) and children.
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (name === 'text') made.textContent = value
    else if (name === 'html') made.innerHTML = value
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children.filter(one => one !== null && one !== undefined))
  return made
}

async function unpacked(base64) {
  const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}

// A hash of all bits of a history, as tables.py (fnv).
function fnv(history) {
  let found = 0x811c9dc5
  const same = Float64Array.from(history, one => (Number.isNaN(one) ? NaN : one))
  for (const word of new Uint32Array(same.buffer)) found = Math.imul(found ^ word, 0x01000193) >>> 0
  return found
}

const MISSING = 'This page needs a browser of 2023 or later, with WebAssembly switched on. Please open it in another browser.'

async function start(rooms) {
  const notice = document.getElementById('notice')
  const tables = JSON.parse(document.getElementById('tripleos').textContent)
  let module
  try {
    if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') throw new Error('missing')
    module = await WebAssembly.compile(await unpacked(tables.module))
  } catch (error) {
    notice.textContent = `${MISSING} (${error.message})`
    return
  }
  delete tables.module
  const app = {
    tables,
    pool: new Pool(module, tables.layout, tables.worker),
    engine: () => new Engine(module, tables.layout),
    // What stands behind the room in the address, as `a=balanced~turbulent` of `#explore?a=balanced~turbulent`.
    remember(text) {
      const hash = `#${app.room}${text ? `?${text}` : ''}`
      if (hash !== location.hash) history.replaceState(null, '', hash)
    },
  }
  const shown = {}, host = document.getElementById('room'), bar = document.querySelector('.rooms')
  notice.remove()
  for (const name of Object.keys(rooms)) bar.append(make('a', {href: `#${name}`, text: tables.rooms[name].title}))
  function show() {
    const [path, query = ''] = (location.hash.slice(1) || tables.address || 'explore').split(/\?(.*)/s)
    const [name, ...rest] = path.split('/')
    app.room = name in rooms ? path : 'explore'
    const room = name in rooms ? name : 'explore'
    document.querySelector('h1').textContent = tables.rooms[room].title
    document.title = `${tables.rooms[room].title} · tripleos`
    document.querySelector('.about').textContent = tables.rooms[room].about
    for (const link of bar.children) {
      if (link.hash === `#${room}`) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    for (const [other, {element, room: one}] of Object.entries(shown)) {
      if (other !== room && !element.hidden) one.hide?.()
      element.hidden = other !== room
    }
    if (!shown[room]) {
      const element = make('div', {class: `room ${room}`})
      host.append(element)
      shown[room] = {element, room: rooms[room](element, app)}
    }
    shown[room].room.show({path: rest.join('/'), query})
  }
  addEventListener('hashchange', show)
  show()
  check(app)
}

// The page runs histories that Python ran when it was made, and says whether all bits are the same.
async function check(app) {
  const {checks} = app.tables, where = document.getElementById('check')
  where.textContent = 'Checking that the model gives the same numbers on this device …'
  try {
    let same = 0
    for (const {scenario, seed, hash} of checks) {
      const [[history]] = await app.pool.ask([scenario], [seed]).promise
      same += fnv(history) === hash
    }
    where.dataset.same = same
    where.textContent = same === checks.length
      ? `Checked on this device: ${same} of ${checks.length} histories are those of the Python model, to the last bit. Model ${app.tables.version}.`
      : `Careful: only ${same} of ${checks.length} histories are those of the Python model. Numbers on this page cannot be trusted; please open it in another browser.`
  } catch (error) {
    where.textContent = `The model does not run here: ${error.message}`
  }
}
