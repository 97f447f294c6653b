"""The dashboard in the browser: rooms for managers, teachers and everybody, behind one navigation.

What is chosen (`choices.py`, `address.py`), what comes of it (`answers.py`), and how it is said and drawn
(`sentences.py`, `drawing.py`, `story.py`, `exports.py`) know nothing of Solara; the components (`app.py`,
`explore.py`, `levers.py`) are thin. `server.py` serves them.
"""
