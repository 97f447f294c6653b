// Histories for whoever asks: on as many workers as there are processors, kept for a while, and the latest asked first.

const KEPT = 64 * 2 ** 20  // bytes of histories; a default one has 77 kB

// What decides a history: the values of the scenario (without names), its changes and its length.
const keyOf = ({values, weeks, interventions}) =>
  JSON.stringify([Object.entries(values).sort(), weeks, interventions.map(one => [one.week, Object.entries(one.changes).sort()])])

class Pool {
  // `source` is the text of engine.js and worker.js, from which workers are made.
  constructor(module, layout, source) {
    this.module = module
    this.layout = layout
    this.questions = []
    this.kept = new Map()
    this.bytes = 0
    this.workers = []
    const count = Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2))
    try {
      const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}))
      for (let k = 0; k < count; k++) this.workers.push(this.hired(new Worker(address)))
    } catch {
      this.workers = []  // some places allow none; the page then runs them itself, between two pictures
    }
  }

  hired(worker) {
    const one = {worker, job: null}
    worker.postMessage({module: this.module, layout: this.layout})
    worker.onmessage = ({data}) => this.finished(one, data)
    worker.onerror = event => {
      event.preventDefault()
      const {job} = one
      this.workers = this.workers.filter(other => other !== one)
      if (job) this.put(job)
      this.next()
    }
    return one
  }

  // Histories of scenarios under seeds: a promise of `histories[a][s]`. `tell(ready)` hears how many seeds are complete
  // (all scenarios have their history, from the first seed on). A question that is given up (`stop()`) never ends.
  ask(scenarios, seeds, tell = () => {}) {
    const histories = scenarios.map(() => new Array(seeds.length).fill(null))
    const question = {histories, seeds, tell, waiting: [], left: scenarios.length * seeds.length, ready: 0, error: null}
    question.promise = new Promise((done, failed) => Object.assign(question, {done, failed}))
    question.stop = () => { this.questions = this.questions.filter(one => one !== question) }
    const keys = scenarios.map(keyOf)
    this.questions.push(question)
    seeds.forEach((seed, s) => scenarios.forEach((scenario, a) => {
      const key = `${seed} ${keys[a]}`, known = this.kept.get(key)
      if (known) {
        this.kept.delete(key)  // and put it last again
        this.kept.set(key, known)
        this.receive(question, a, s, known)
      } else question.waiting.push({question, a, s, key, scenario, seed: String(seed)})
    }))
    this.next()
    return question
  }

  put(job) { job.question.waiting.unshift(job) }

  receive(question, a, s, history) {
    question.histories[a][s] = history
    question.left--
    const before = question.ready
    while (question.ready < question.seeds.length && question.histories.every(of => of[question.ready])) question.ready++
    if (question.ready > before) question.tell(question.ready, question.histories)
    if (!question.left) {
      question.stop()
      question.done(question.histories)
    }
  }

  next() {
    const due = () => {
      for (const question of this.questions.slice().reverse()) if (question.waiting.length) return question.waiting.shift()
      return null
    }
    for (const one of this.workers) {
      if (one.job) continue
      one.job = due()
      if (!one.job) return
      const {scenario: {values, weeks, interventions}, seed} = one.job
      one.worker.postMessage({scenario: {values, weeks, interventions}, seed})
    }
    if (!this.workers.length && !this.alone) {
      const job = due()
      if (!job) return
      this.alone = true
      setTimeout(() => {
        this.alone = false
        this.engine ||= new Engine(this.module, this.layout)
        try { this.deliver(job, this.engine.history(job.scenario, job.seed)) } catch (error) { this.refuse(job, error.message) }
        this.next()
      })
    }
  }

  finished(one, {history, error}) {
    const {job} = one
    one.job = null
    if (error) this.refuse(job, error)
    else this.deliver(job, history)
    this.next()
  }

  deliver(job, history) {
    this.keep(job.key, history)
    for (const question of this.questions.slice()) {
      const alike = question.waiting.filter(one => one.key === job.key)
      question.waiting = question.waiting.filter(one => one.key !== job.key)
      for (const {a, s} of question === job.question ? [job, ...alike] : alike) this.receive(question, a, s, history)
    }
  }

  refuse({question}, error) {
    question.stop()
    question.failed(new Error(error))
  }

  keep(key, history) {
    if (this.kept.has(key)) return
    this.kept.set(key, history)
    this.bytes += history.byteLength
    for (const [old, one] of this.kept) {
      if (this.bytes <= KEPT) break
      this.kept.delete(old)
      this.bytes -= one.byteLength
    }
  }
}
