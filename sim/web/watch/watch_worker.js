// Plays one organisation at a time beside the page: it is told of the model once, then of organisations and commands.

const work = {engine: null, player: null}

onmessage = ({data}) => {
  if (data.module) {
    takeConstants(data.tables)
    work.engine = new Engine(data.module, data.layout)
  } else if (data.begin) {
    work.player?.close()
    const show = bytes => postMessage({bytes}, [bytes.buffer])
    const fail = error => postMessage({organisation: data.begin.organisation, error: String(error.message || error)})
    work.player = new Player(work.engine, data.begin, show, fail)
  } else if (data.end) {
    work.player?.close()
    work.player = null
  } else {
    work.player?.obey(data)
  }
}
