// Runs histories beside the page: it is told of the model once, and then of one run at a time.

let engine = null

onmessage = ({data}) => {
  if (data.module) {
    engine = new Engine(data.module, data.layout)
    return
  }
  try {
    const history = engine.history(data.scenario, data.seed)
    postMessage({history}, [history.buffer])
  } catch (error) {
    postMessage({error: String(error.message || error)})
  }
}
