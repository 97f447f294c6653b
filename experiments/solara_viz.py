"""An organisation in Mesa's own browser view: `solara run experiments/solara_viz.py`.

Sliders for three levers, and two charts of what comes of them.
"""

from mesa.visualization import Slider, SolaraViz, make_plot_component
from tripleos import Organisation

levers = {
    "policy": "balanced",
    "world": "turbulent",
    "openness": Slider("openness", 0.2, 0.0, 1.0, 0.05),
    "sponsorship": Slider("sponsorship", 0.5, 0.0, 1.0, 0.05),
    "working_out_loud": Slider("working out loud", 0.3, 0.0, 1.0, 0.05),
    "rng": 1,
}
charts = [
    make_plot_component(["awareness", "coherent_action"]),
    make_plot_component(["output", "too_busy"]),
]

page = SolaraViz(Organisation(rng=1), components=charts, model_params=levers, name="An organisation that learns")
