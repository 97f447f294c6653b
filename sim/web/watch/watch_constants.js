// What Python says of the room Watch: taken over from the tables, here and in the worker that plays.

let HEADER, TILES, KNOWS_LATEST, NEWCOMER, NOBODY  // as the dashboard's scripts expect them
let HEADLINES, UNKNOWN, KINDS, MOST_NAMED, PLAYER

function takeConstants(tables) {
  ({HEADER, TILES, KNOWS_LATEST, NEWCOMER, NOBODY} = tables.constants);
  ({HEADLINES, UNKNOWN, KINDS, MOST_NAMED, PLAYER} = tables)
}
