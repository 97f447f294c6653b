// The picture of a week, from the arrays in the module's memory: byte for byte what dashboard/watch/frames.py makes.

const ITEM = {int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array}

// Where each array of a picture is, for organisations of one size. `fields`: [name, type, shape in letters].
class PictureLayout {
  constructor(fields, sizes) {
    const lengths = {...sizes, packed: (sizes.M + 7) >> 3}
    this.fields = fields.map(([name, type, words]) =>
      [name, type, words.split(' ').map(word => (word in lengths ? lengths[word] : Number(word)))])
    this.offsets = []
    this.size = 0
    for (const [, type, shape] of this.fields) {
      this.offsets.push(this.size)
      this.size += Math.ceil(ITEM[type].BYTES_PER_ELEMENT * shape.reduce((a, b) => a * b, 1) / 4) * 4
    }
  }

  // The arrays of a picture (an ArrayBuffer), by name.
  arrays(buffer) {
    const found = {}
    this.fields.forEach(([name, type, shape], k) => {
      found[name] = new ITEM[type](buffer, this.offsets[k], shape.reduce((a, b) => a * b, 1))
    })
    return found
  }
}

// To the nearest whole number, halves to the even one, as numpy.rint.
function rint(x) {
  const low = Math.floor(x), rest = x - low
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low
}

const asByte = share => rint(255 * Math.min(1, Math.max(0, share)))

const equalRows = (a, i, b, k, length) => {
  for (let j = 0; j < length; j++) if (a[i * length + j] !== b[k * length + j]) return false
  return true
}

// Makes the pictures of a run, week after week; it remembers what the week before looked like.
class Recorder {
  constructor(run, fields, layout = new PictureLayout(fields, run.sizes)) {
    this.run = run
    this.layout = layout
    const {T} = run.sizes
    this.person = run.array('person').slice()
    this.practice = run.array('practice').slice()
    this.since = new Int32Array(T)
    this.origin = new Int32Array(T).fill(UNKNOWN)
    this.columns = HEADLINES.map(name => run.layout.measures.indexOf(name))
  }

  // Run one week; its headlines.
  advance() {
    const {run} = this, {M, T} = run.sizes
    this.person.set(run.array('person'))
    this.practice.set(run.array('practice'))
    const row = run.advance(1), now = run.array('practice')
    for (let k = 0; k < T; k++) {
      if (equalRows(now, k, this.practice, k, M)) continue
      this.since[k] = run.week
      this.origin[k] = this.originOf(k)
    }
    return this.columns.map(column => row[column])
  }

  // The organisation as it is now: an ArrayBuffer.
  picture() {
    const buffer = new ArrayBuffer(this.layout.size), arrays = this.layout.arrays(buffer)
    this.drawPeople(arrays)
    this.drawCommunities(arrays)
    this.drawTeams(arrays)
    return buffer
  }

  copy(into, ...names) { for (const name of names) into[name].set(this.run.array(name)) }

  drawPeople(into) {
    const {run} = this, {N, M, packed} = {...run.sizes, packed: (run.sizes.M + 7) >> 3}
    const changed = run.array('last_change_week'), aware = run.array('aware'), idea = run.array('idea'), person = run.array('person')
    into.last_change_week.set(Array.from(changed, Number))
    const latest = changed.reduce((a, b) => (b > a ? b : a), 0n), news = [], known = new Array(M).fill(0)
    changed.forEach((week, j) => { if (latest > 0n && week === latest) news.push(j) })
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < M; j++) {
        known[j] += aware[i * M + j]
        into.aware[i * packed + (j >> 3)] |= aware[i * M + j] << (j & 7)
        if (idea[i * M + j] > 0) into.idea[i * packed + (j >> 3)] |= 1 << (j & 7)
      }
      into.person[i] = Number(person[i])
      into.flags[i] = KNOWS_LATEST * news.every(j => aware[i * M + j]) + NEWCOMER * (person[i] !== this.person[i])
    }
    known.forEach((count, j) => { into.known[j] = count / N })
    this.copy(into, 'team_seat', 'team', 'community', 'attended', 'tie')  // of a tie, -1 becomes NOBODY
    run.array('time').forEach((share, k) => { into.time[k] = asByte(share) })
    run.array('trust').forEach((share, k) => { into.trust[k] = asByte(share) });
    ['seek', 'sense', 'share'].forEach((skill, k) => {
      run.array(skill).forEach((level, i) => { into.skills[3 * i + k] = asByte(level) })
    })
  }

  drawCommunities(into) {
    this.copy(into, 'repertoire', 'n_tests', 'last_tested_week')
    this.run.array('repertoire_value').forEach((worth, q) => { into.estimate[q] = this.asFit(worth) })
    this.drawBringers(into.bringer)
  }

  drawTeams(into) {
    const {run} = this, {N, T} = run.sizes
    this.copy(into, 'practice', 'alignment', 'scepticism', 'output')
    into.before.set(this.practice)
    into.since.set(this.since)
    into.origin.set(this.origin)
    for (let k = 0; k < T; k++) into.fit[k] = this.asFit(this.worthOf(k))
    const policy = run.segments.filter(one => one.week <= Math.max(1, run.week)).pop().values
    const offsets = run.array('team_offsets'), team = run.array('team'), time = run.array('time')
    const meetings = policy.encounters * policy.openness, outside = new Array(T).fill(0)
    for (let i = 0; i < N; i++) outside[team[i]] += meetings * time[3 * i]
    for (let k = 0; k < T; k++) into.outside[k] = outside[k] / Number(offsets[k + 1] - offsets[k])
  }

  // Who brought each idea that is new in a repertoire this week, else UNKNOWN: the first of those who attended and hold
  // that idea still.
  drawBringers(into) {
    const {run} = this, {M, C, R, S} = run.sizes, week = run.week
    const tests = run.array('n_tests'), tested = run.array('last_tested_week'), repertoire = run.array('repertoire')
    const idea = run.array('idea'), attended = run.array('attended')
    const offsets = run.array('community_offsets'), members = run.array('community_members'), slots = run.array('membership_slots')
    into.fill(UNKNOWN)
    for (let q = 0; q < C * R; q++) {
      if (tests[q] !== 1 || tested[q] !== week) continue
      const c = Math.floor(q / R), end = Number(offsets[c + 1])
      for (let at = Number(offsets[c]); at < end; at++) {
        const i = members[at]
        if (!attended[i * S + slots[at]] || !equalRows(idea, i, repertoire, q, M)) continue
        into[q] = i
        break
      }
    }
  }

  // The community from whose repertoire the practice of team k can have come this week, else UNKNOWN.
  originOf(k) {
    const {run} = this, {M, R, S} = run.sizes, offsets = run.array('team_offsets'), end = Number(offsets[k + 1])
    const members = run.array('team_members'), community = run.array('community'), attended = run.array('attended')
    const tests = run.array('n_tests'), repertoire = run.array('repertoire'), practice = run.array('practice'), visited = new Set()
    for (let at = Number(offsets[k]); at < end; at++) {
      for (let s = 0; s < S; s++) if (attended[members[at] * S + s]) visited.add(community[members[at] * S + s])
    }
    for (const c of [...visited].sort((a, b) => a - b)) {
      for (let q = c * R; q < (c + 1) * R; q++) if (tests[q] > 0 && equalRows(repertoire, q, practice, k, M)) return c
    }
    return UNKNOWN
  }

  // What the practice of team k is truly worth.
  worthOf(k) {
    const {run} = this, {M} = run.sizes, practice = run.array('practice'), {values} = run.segments[0]
    if (values.reality === 'rugged') {
      const links = run.sizes['K+1'], settings = run.sizes.settings
      const partner = run.array('reality.partner'), contribution = run.array('reality.contribution'), terms = []
      for (let j = 0; j < M; j++) {
        let setting = 0
        for (let q = 0; q < links; q++) if (practice[k * M + Number(partner[j * links + q])] > 0) setting += 1 << q
        terms.push(contribution[j * settings + setting])
      }
      return sum(terms) / M  // in the order of NumPy: the last bit depends on it
    }
    const truth = run.array('reality.truth'), {block} = values
    let right = 0
    for (let first = 0; first < M; first += block) {
      let same = 1
      for (let j = first; j < first + block; j++) if (practice[k * M + j] !== truth[j]) same = 0
      right += same
    }
    return right / (M / block)
  }

  // A payoff on the scale of fit: 1 is the best possible practice, 0 an average one.
  asFit(worth) {
    const [best, mean] = this.run.array('reality.scale')
    return best - mean > 0 ? (worth - mean) / (best - mean) : 0
  }
}

// A message to the picture in the page: header, picture, the course so far (Float32Array) and words, if there are any.
function messageOf(header, picture, course, words = null) {
  const text = words ? new TextEncoder().encode(JSON.stringify(words)) : new Uint8Array(0)
  const head = {...header, reached: course.length / HEADLINES.length, picture: picture.byteLength, words: text.length}
  const begin = 4 * HEADER.length, middle = begin + picture.byteLength, end = middle + course.byteLength
  const bytes = new Uint8Array(end + text.length)
  bytes.set(new Uint8Array(Int32Array.from(HEADER, name => head[name]).buffer))
  bytes.set(new Uint8Array(picture), begin)
  bytes.set(new Uint8Array(course.buffer, course.byteOffset, course.byteLength), middle)
  bytes.set(text, end)
  return bytes
}
