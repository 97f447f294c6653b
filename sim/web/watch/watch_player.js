// Plays an organisation week by week, and shows the latest picture whenever that is possible: dashboard/watch/player.py.
//
// It lives in a worker of its own, so that the page stays smooth, or in the page itself where there are no workers.
// `show` is given a message (see watch_recorder.js), never more than AHEAD that have not been `seen`. What could not be
// shown in time is not queued: the newest picture takes its place.

// Pictures by week; what was not asked for the longest goes first.
class Pictures {
  constructor(most) {
    this.most = most
    this.kept = new Map()
  }

  has(week) { return this.kept.has(week) }

  get(week) {
    const picture = this.kept.get(week)
    if (picture) this.set(week, picture)
    return picture
  }

  set(week, picture) {
    this.kept.delete(week)
    this.kept.set(week, picture)
    if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value)
  }
}

class Player {
  constructor(engine, {scenario, seed, organisation, speed, fields, history = PLAYER.HISTORY, atOnce = PLAYER.AT_ONCE}, show, fail) {
    Object.assign(this, {engine, scenario, seed, organisation, speed, fields, atOnce, show, fail})
    this.weeks = scenario.weeks
    this.layout = new PictureLayout(fields, sizesOf(scenario.values, engine.layout))
    this.pictures = new Pictures(Math.max(2, Math.floor(history / Math.max(1, this.layout.size))))
    this.course = new Float32Array(this.weeks * HEADLINES.length).fill(NaN)
    this.recorder = null
    this.reached = 0
    // what was asked for
    this.position = 0  // in weeks; the whole part is the week to show
    this.playing = false
    this.picked = null
    this.answers = 0
    // what was shown
    this.week = 0
    this.number = 0  // of the last message
    this.lastSeen = 0
    this.sentAt = 0
    this.stale = true  // something differs from what was shown last
    this.closed = false
    this.asleep = false
    this.rested = true  // the clock begins anew
    this.timer = 0
    this.later(0)
  }

  // Carry out what a message of the picture asks for; what makes no sense is left aside.
  obey({do: what, number = 0, week = 0, weeks = 0, kind = '', index = 0, organisation, frame = 0}) {
    if (this.closed || ![number, week, weeks, index, frame].every(Number.isFinite)) return
    const within = to => Math.min(this.weeks, Math.max(0, Math.trunc(to)))
    if (what === 'seen') {
      if (organisation === this.organisation) this.lastSeen = Math.max(this.lastSeen, Math.min(frame, this.number))
      this.later(0)
      return
    }
    if (what === 'sleep') this.asleep = true
    if (what === 'play') {
      if (this.position >= this.weeks) this.position = 0
      this.playing = true
    }
    // at the week that the onlooker sees: pictures may have been on their way
    if (what === 'pause') {
      this.playing = false
      if (week >= 0 && week <= this.reached) this.position = within(week)
    }
    if (what === 'step') {
      this.playing = false
      this.position = within(Math.trunc(this.position) + weeks)
    }
    if (what === 'jump') this.position = within(week)
    if (what === 'restart') {
      this.playing = false
      this.position = 0
    }
    if (what === 'speed') this.speed = Math.min(PLAYER.FASTEST, Math.max(PLAYER.SLOWEST, weeks))
    if (what === 'here') this.picked = null
    if (what === 'pick') this.picked = KINDS.includes(kind) ? {kind, index: Math.trunc(index)} : null
    this.answers = Math.max(this.answers, number)
    this.stale = true
    if (what !== 'sleep') this.wake()
  }

  wake() {
    this.asleep = false
    this.later(0)
  }

  close() {
    this.closed = true
    clearTimeout(this.timer)
    this.recorder = null
    this.pictures.kept.clear()
  }

  later(milliseconds) {
    clearTimeout(this.timer)
    if (!this.closed) this.timer = setTimeout(() => this.turn(), milliseconds)
  }

  free() { return this.number - this.lastSeen < PLAYER.AHEAD || performance.now() - this.sentAt > 1000 * PLAYER.PATIENCE }

  turn() {
    this.timer = 0
    try {
      this.onward()
    } catch (error) {
      this.close()
      this.fail(error)
    }
  }

  // Some weeks, if any are due, and a picture; then again, as long as there is something to do.
  onward() {
    const now = performance.now(), goal = () => Math.floor(this.position)
    if (this.closed || this.asleep) {
      this.rested = true
      return
    }
    if (!this.playing && goal() === this.week && !(this.stale && this.free())) {
      this.rested = true
      if (this.stale) this.later(1000 * PLAYER.PATIENCE)
      return
    }
    if (this.rested) this.last = this.due = now
    this.rested = false
    const early = now < this.due, {answers} = this
    // where it plays, weeks come by the clock; where it only goes somewhere, as fast as they can be computed
    if (early && (this.playing || goal() === this.week)) {
      this.later(this.due - now)
      return
    }
    if (!early) {
      this.move(Math.min((now - this.last) / 1000, PLAYER.LONGEST_TICK))
      this.last = now
      this.due = Math.max(this.due + 1000 / PLAYER.PER_SECOND, now)
    }
    this.reach(goal())
    if (!early || goal() === this.week) this.send(answers)
    this.later(0)
  }

  // Let the position go on by what time has passed; but never far from what has been computed.
  move(seconds) {
    if (!this.playing) return
    const limit = Math.max(this.reached, Math.floor(this.position)) + this.speed * PLAYER.LONGEST_TICK + 1
    this.position = Math.min(this.position + seconds * this.speed, limit, this.weeks)
    if (this.position < this.weeks || this.week < this.weeks) return
    this.playing = false
    this.stale = true
  }

  // Compute towards a week, for a while; the shown week follows, forwards at once, backwards when it is there.
  reach(goal) {
    const end = performance.now() + 1000 * this.atOnce
    while (!this.pictures.has(goal)) {
      if (!this.recorder || this.recorder.run.week > goal) {
        this.recorder = new Recorder(new Run(this.engine, this.scenario, this.seed), this.fields, this.layout)
      } else {
        const row = this.recorder.advance(), {week} = this.recorder.run
        this.course.set(row, (week - 1) * HEADLINES.length)
        this.reached = Math.max(this.reached, week)
      }
      this.pictures.get(this.week)  // now it is not the next one to go: what is shown stays
      this.pictures.set(this.recorder.run.week, this.recorder.picture())
      if (performance.now() > end) break
    }
    const week = this.pictures.has(goal) ? goal : this.recorder.run.week
    if (week !== goal && week <= this.week) return
    if (week === this.week && this.number) return
    this.week = week
    this.stale = true
  }

  // Show the latest picture, if it differs from what was shown and not too many are on their way.
  send(answers) {
    const picture = this.pictures.get(this.week)
    if (!this.stale || !this.free() || !picture) return
    this.stale = answers !== this.answers
    this.number++
    this.sentAt = performance.now()
    const {organisation, number, week, reached, picked} = this
    const words = picked && wordsAbout(this.layout.arrays(picture), picked, week, this.scenario)
    const course = this.course.subarray(0, reached * HEADLINES.length)
    this.show(messageOf({organisation, number, answers, week, playing: Number(this.playing)}, picture, course, words))
  }
}
