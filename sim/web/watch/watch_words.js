// A person, a team or a community of one picture, in words: those of dashboard/watch/tooltips.py.

// Numbers are written by numbers.js.
const countedText = (count, one) => `${withCommas(String(count))} ${one}${count === 1 ? '' : 's'}`

// What a community is called: A to Z, then A2 and so on.
const letter = c => String.fromCharCode(65 + (c % 26)) + (c < 26 ? '' : Math.floor(c / 26) + 1)

// One of a few words, from little to much, for a share from 0 to 1.
const degree = (share, ...words) => words[Math.min(words.length - 1, Math.trunc(Math.max(0, share) * words.length))]

// Words as a list: commas, and 'and' before the last.
const listed = words =>
  words.length === 1 ? words[0] : words.length ? `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}` : 'nobody'

const worthText = fit =>
  fit < 0
    ? 'worse than an average practice'
    : `${formatShare(Math.min(1, fit))} of the way from an average practice to the best possible`

const row = (array, i, length) => Array.from(array.subarray(i * length, (i + 1) * length))
const bit = (packed, i, bytes, j) => (packed[i * bytes + (j >> 3)] >> (j & 7)) & 1

// What to say about somebody or something: kind, index, title, lines and strips ([label, practice]). Null if there is
// no such person, team or community. `scenario`: {values, weeks, interventions}.
function wordsAbout(arrays, picked, week, scenario) {
  const communities = scenario.values.communities
  const count = {person: arrays.person.length, team: arrays.since.length, community: communities}[picked.kind] || 0
  if (!(picked.index >= 0 && picked.index < count)) return null
  const size = {
    people: arrays.person.length, teams: arrays.since.length, aspects: arrays.last_change_week.length, communities,
    slots: arrays.community.length / arrays.person.length, ties: arrays.tie.length / arrays.person.length,
    bytes: arrays.aware.length / arrays.person.length, rows: communities ? arrays.n_tests.length / communities : 0,
  }
  const tell = {person: aboutPerson, team: aboutTeam, community: aboutCommunity}[picked.kind]
  return {kind: picked.kind, index: picked.index, ...tell(arrays, picked.index, week, scenario, size)}
}

function aboutPerson(arrays, i, week, scenario, {people, aspects, slots, ties, bytes}) {
  const team = arrays.team[i], names = row(arrays.community, i, slots).map(letter)
  const aware = [], idea = []
  for (let j = 0; j < aspects; j++) {
    if (bit(arrays.aware, i, bytes, j)) aware.push(j)
    idea.push(bit(arrays.idea, i, bytes, j) ? 1 : -1)
  }
  const practice = row(arrays.practice, team, aspects), differs = idea.filter((sign, j) => sign !== practice[j]).length
  const [networks, meetings, work] = row(arrays.time, i, 3).map(share => share / 255)
  const follows = row(arrays.tie, i, ties).filter(k => k < people).map(k => String(k + 1))
  let followers = 0
  for (let k = 0; k < people; k++) followers += row(arrays.tie, k, ties).includes(i)
  const policy = segmentsOf(scenario).filter(one => one.week <= Math.max(1, week)).pop().values
  const outside = policy.encounters * policy.openness * networks
  const [seek, sense, share] = row(arrays.skills, i, 3).map(skill => formatShare(skill / 255))
  const heard = arrays.flags[i] & KNOWS_LATEST ? '' : ', but has not heard of the latest change'
  const lines = [
    `Knows the latest about ${aware.length} of ${aspects} aspects of the work${heard}.`,
    `Spends ${formatShare(networks)} of the week on networks, ${formatShare(meetings)} on communities, ${formatShare(work)} on the team.`,
    follows.length
      ? `Follows people ${listed(follows)}; followed by ${followers}. Meets about ${fixed(outside, 1)} outsiders a week.`
      : `Follows nobody; followed by ${followers}.`,
    `Skill at seeking news ${seek}, judging ${sense}, sharing ${share}.`,
  ]
  names.forEach((name, s) => {
    const trust = arrays.trust[i * slots + s] / 255, level = degree(trust, 'little trust', 'some trust', 'much trust')
    const came = arrays.attended[i * slots + s] ? 'was' : 'was not'
    lines.push(`Has ${level} in community ${name} (${formatShare(trust)}); ${came} there this week.`)
  })
  if (arrays.flags[i] & NEWCOMER) lines.unshift('New: joined this week.')
  lines.push(differs ? `Own idea differs from the team's in ${countedText(differs, 'aspect')}.` : 'Own idea is what the team does.')
  const groups = [`Team ${team + 1}`, ...names.map(name => `Community ${name}`)]
  const strips = [['Own idea', idea], ["Team's practice", practice]]
  return {title: `Person ${i + 1} · ${groups.join(' · ')}`, lines, strips}
}

function aboutTeam(arrays, k, week, scenario, {people, aspects}) {
  const members = Array.from({length: people}, (_, i) => i).filter(i => arrays.team[i] === k)
  const since = arrays.since[k], origin = arrays.origin[k], scepticism = arrays.scepticism[k]
  const doubt = scepticism < 0.1 ? 'no' : scepticism < 1 ? 'some' : 'much'
  const source = origin === UNKNOWN ? '' : `, with a practice that community ${letter(origin)} had tested`
  const given = members.reduce((sum, i) => sum + arrays.time[3 * i + 2], 0) / members.length / 255
  const lines = [
    since
      ? `Switched to this practice ${since === week ? 'this week' : `in week ${since}`}${source}.`
      : 'Has worked this way since the start.',
    `The practice is ${worthText(arrays.fit[k])}.`,
    `Works as one: ${formatShare(arrays.alignment[k])}. Output: ${formatShare(arrays.output[k])} of the possible.`,
    `Has ${doubt} distrust of change, from changes that failed (${fixed(scepticism, 1)}).`,
    `Each member gives ${formatShare(given)} of the week to the team and meets about ${fixed(arrays.outside[k], 1)} outsiders a week.`,
    members.length <= 12 ? `Members: people ${listed(members.map(i => String(i + 1)))}.` : `${members.length} members.`,
  ]
  return {title: `Team ${k + 1} · ${members.length} people`, lines, strips: [['Practice in use', row(arrays.practice, k, aspects)]]}
}

function aboutCommunity(arrays, c, week, scenario, {people, teams, aspects, slots, rows}) {
  let members = 0, present = 0, places = 0, trusted = 0
  for (let i = 0; i < people; i++) {
    let mine = 0, here = 0
    for (let q = i * slots; q < (i + 1) * slots; q++) {
      if (arrays.community[q] !== c) continue
      mine = 1
      here |= arrays.attended[q]
      places++
      trusted += arrays.trust[q]
    }
    members += mine
    present += here
  }
  const trust = members ? trusted / places / 255 : 0
  const filled = Array.from({length: rows}, (_, r) => r).filter(r => arrays.n_tests[c * rows + r] > 0)
  const lines = [
    `${present} of ${members} members met this week; they trust it ${degree(trust, 'little', 'somewhat', 'much')} (${formatShare(trust)}).`,
    `Its repertoire holds ${countedText(filled.length, 'practice')}, each as good as they think it is; the first is what they share.`,
  ]
  const uses = k => filled.some(r => equalRows(arrays.repertoire, c * rows + r, arrays.practice, k, aspects))
  const using = Array.from({length: teams}, (_, k) => k).filter(uses).map(k => String(k + 1))
  if (using.length > MOST_NAMED) lines.push(`In use in ${using.length} of ${teams} teams.`)
  else if (using.length) lines.push(`In use in ${using.length === 1 ? 'team' : 'teams'} ${listed(using)}.`)
  else lines.push('None of it is in use in a team now.')
  const strips = filled.map(r => [
    `${r ? 'Tested' : 'Shared'} · ${formatShare(Math.max(0, arrays.estimate[c * rows + r]))}`,
    row(arrays.repertoire, c * rows + r, aspects),
  ])
  return {title: `Community ${letter(c)} · ${members} people`, lines, strips}
}
