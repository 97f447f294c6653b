"""The dashboard in the browser: rooms for managers, teachers and everybody, behind one navigation.

What is chosen (`explore_state.py`, `url_state.py`), what comes of it (`simulation_service.py`), and how it is said and
drawn (`narrative.py`, `explore_figures.py`, `explore_view.py`, `exports.py`, `templates/`) know nothing of Solara; the
components (`app.py`, `explore.py`, `levers.py`) are thin. `server.py` serves them.
"""
