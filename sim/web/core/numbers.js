// Numbers as Python writes them, and as people read them (present/formatting.py): to the last digit.

// A number with so many decimals. Exactly between two it is rounded to the even one, as by Python; toFixed goes up.
function fixed(value, decimals) {
  const size = Math.abs(value), twice = size * 2 ** (decimals + 1)
  let text = size.toFixed(decimals)
  if (Number.isInteger(twice) && twice % 2 === 1) {
    const below = size * 10 ** decimals - 0.5
    if (below % 2 === 0) text = (below / 10 ** decimals).toFixed(decimals)
  }
  return (value < 0 || Object.is(value, -0) ? '-' : '') + text
}

const rounded = (value, decimals) => Number(fixed(value, decimals))

// As `repr` of a float, which is read back as the same.
function floatText(value) {
  if (Number.isNaN(value)) return 'nan'
  const sign = value < 0 || Object.is(value, -0) ? '-' : '', size = Math.abs(value)
  if (size === Infinity) return `${sign}inf`
  const [mantissa, power] = size.toExponential().split('e'), digits = mantissa.replace('.', ''), e = Number(power)
  if (e < -4 || e >= 16) return `${sign}${mantissa}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`
  if (e < 0) return `${sign}0.${'0'.repeat(-e - 1)}${digits}`
  return `${sign}${digits.slice(0, e + 1).padEnd(e + 1, '0')}.${digits.slice(e + 1) || '0'}`
}

// With up to six digits, as the format `g`.
function general(value) {
  if (!Number.isFinite(value)) return floatText(value)
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const bare = text => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  const [digits, power] = value.toExponential(5).split('e'), e = Number(power)
  if (e < -4 || e >= 6) return `${bare(digits)}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`
  return bare(fixed(value, 5 - e))
}

const withCommas = digits => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

// With a comma between thousands and a true minus sign; a dash where it is missing, and never -0.
function formatNumber(value, decimals) {
  if (Number.isNaN(value)) return '–'
  const text = fixed(value, decimals), [whole, rest] = text.replace('-', '').split('.')
  const sign = text.startsWith('-') && Number(text) !== 0 ? '−' : ''
  return sign + withCommas(whole) + (rest === undefined ? '' : `.${rest}`)
}

// A value of a measure as a screen shows it, with some more decimals where they are needed.
function formatMeasure(value, {factor, decimals, suffix}, more = 0) {
  const text = formatNumber(value * factor, decimals + more)
  return Number.isNaN(value) ? text : text + suffix
}

// Half the width of an interval. What would be rounded to 0 but is more is told as less than the last decimal.
function formatHalf(half, {factor, decimals}, more = 0) {
  const last = Number(`1e-${decimals + more}`)
  if (half * factor > 0 && half * factor <= last / 2) return `< ${general(last)}`
  return formatNumber(half * factor, decimals + more)
}

const formatShare = (share, decimals = 0) => `${fixed(share * 100, decimals)} %`

// The value of a parameter as one would give it.
const formatSetting = (value, kind) => (kind === 'float' ? general(value) : String(value))

// A sum as NumPy takes it over an array in one piece: in eight strands, and of long arrays half by half.
function sum(values, from = 0, to = values.length) {
  const count = to - from
  if (count > 128) {
    const half = (count >> 1) - ((count >> 1) % 8)
    return sum(values, from, from + half) + sum(values, from + half, to)
  }
  if (count < 8) {
    let total = 0
    for (let k = from; k < to; k++) total += values[k]
    return total
  }
  const strands = Array.from(values.slice(from, from + 8)), whole = from + count - (count % 8)
  for (let k = from + 8; k < whole; k++) strands[(k - from) % 8] += values[k]
  const [a, b, c, d, e, f, g, h] = strands
  let total = ((a + b) + (c + d)) + ((e + f) + (g + h))
  for (let k = whole; k < to; k++) total += values[k]
  return total
}

const meanOf = values => sum(values) / values.length
