// Where everything is on the stage: the places of dashboard/watch/layout.py. `stage`: its constants.

function stageOf(scenario, stage) {
  const {WIDTH, HEIGHT, RIM, CARD, LARGEST_CIRCLE} = stage, {values} = scenario
  const {workers, communities, outsiders} = values, teams = Math.max(1, Math.floor(workers / values.team_size))
  const [cells, cell] = teamCells(teams, communities, stage)
  const counts = Array.from({length: teams}, (_, k) => Math.floor(workers / teams) + (k < workers % teams))
  const seats = cells.flatMap((centre, k) => seatsAround(centre, cell, counts[k], stage))
  const largest = Math.max(...counts), dot = largest <= LARGEST_CIRCLE ? 0.072 : 0.2 / Math.sqrt(largest)
  const places = points => points.map(point => point.map(x => rounded(x, 2)))
  return {
    width: WIDTH, height: HEIGHT, rim: RIM, cell: rounded(cell, 2), dot: rounded(dot * cell, 2), seats: places(seats),
    teams: places(cells), cards: places(cardsOf(communities, stage)), card: CARD,
    outsiders: places(around(...RIM, Math.min(60, outsiders), 0.5, stage)), communities,
  }
}

// Perimeter of an ellipse, nearly (Ramanujan).
const perimeter = (a, b) => Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)))

// Places on an ellipse at equal distances along it, clockwise from the top; `turn`: by how many places to shift.
function around(a, b, count, turn, {WIDTH, HEIGHT}) {
  const steps = 720, x = [], y = [], length = [0]
  for (let k = 0; k <= steps; k++) {
    const angle = k === steps ? 2 * Math.PI : k * ((2 * Math.PI) / steps)
    x.push(a * Math.sin(angle))
    y.push(-b * Math.cos(angle))
    if (k) length.push(length[k - 1] + Math.hypot(x[k] - x[k - 1], y[k] - y[k - 1]))
  }
  let k = 0
  return Array.from({length: count}, (_, q) => (((q + turn) % count) / count) * length[steps]).map(wanted => {
    while (k < steps - 1 && length[k + 1] <= wanted) k++
    const share = wanted - length[k], across = length[k + 1] - length[k]
    return [WIDTH / 2 + ((x[k + 1] - x[k]) / across) * share + x[k], HEIGHT / 2 + ((y[k + 1] - y[k]) / across) * share + y[k]]
  })
}

// Centres of the cards of the communities that are shown, row by row in the middle of the stage.
function cardsOf(communities, {WIDTH, HEIGHT, CARD, MOST_CARDS}) {
  const count = Math.min(communities, MOST_CARDS), columns = Math.max(1, Math.ceil(Math.sqrt(count)))
  const rows = Math.ceil(count / columns)
  return Array.from({length: count}, (_, q) => {
    const row = Math.floor(q / columns), inRow = Math.min(columns, count - row * columns)
    return [
      WIDTH / 2 + ((q % columns) - (inRow - 1) / 2) * CARD[0],
      HEIGHT / 2 + (row - (rows - 1) / 2) * CARD[1],
    ]
  })
}

// Semi-axes of the rings that cells of a size fit on, from the rim inwards, as far as the middle stays free.
function ringsOf(cell, hole, {RIM, MARGIN, ROW}) {
  const rings = []
  let [a, b] = RIM.map(axis => axis - MARGIN - cell / 2)
  while (Math.min(a, b) > cell / 2 && (hole[0] / (a - cell / 2)) ** 2 + (hole[1] / (b - cell / 2)) ** 2 <= 1) {
    rings.push([a, b]);
    [a, b] = [a - ROW * cell, b - ROW * cell]
  }
  return rings
}

// Centres of the teams' cells, and how wide a cell is: as large as can be.
function teamCells(teams, communities, stage) {
  const {WIDTH, HEIGHT, CARD, LARGEST_CELL, AIR} = stage, cards = cardsOf(communities, stage)
  const hole = [WIDTH, HEIGHT].map((size, k) => Math.max(0, ...cards.map(at => Math.abs(at[k] - size / 2))) + CARD[k] / 2)
  const fitting = (cell, rings) => rings.map(([a, b]) => Math.trunc(perimeter(a, b) / (AIR * cell)))
  let cell = LARGEST_CELL
  while (sum(fitting(cell, ringsOf(cell, hole, stage))) < teams) cell *= 0.98
  let rings = ringsOf(cell, hole, stage), room = fitting(cell, rings)
  // as few rings as will do, each with its part of the teams
  while (rings.length > 1 && sum(room.slice(0, -1)) >= teams) [rings, room] = [rings.slice(0, -1), room.slice(0, -1)]
  const counts = room.map(n => Math.floor((teams * n) / sum(room)))
  for (let q = 0, missing = teams - sum(counts); q < missing; q++) counts[q % counts.length]++
  return [rings.flatMap(([a, b], k) => around(a, b, counts[k], 0.5 * (k % 2), stage)), cell]
}

// Places of the members of a team: on a circle, or in a spiral if they are many.
function seatsAround(centre, cell, size, {RING_OF_PEOPLE, LARGEST_CIRCLE}) {
  const x = centre[0], y = centre[1] - 0.09 * cell, radius = RING_OF_PEOPLE * cell, golden = Math.PI * (3 - Math.sqrt(5))
  return Array.from({length: size}, (_, q) => {
    if (size <= LARGEST_CIRCLE) {
      const angle = (2 * Math.PI * q) / size
      return [x + radius * Math.sin(angle), y - radius * Math.cos(angle)]
    }
    const r = 1.15 * radius * Math.sqrt((q + 0.5) / size), angle = q * golden
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)]
  })
}
