"""What workers, teams, communities and outsiders have in common: they draw keyed random numbers."""

import mesa


class Actor(mesa.Agent):
    """An agent with a number (its place in the model's list), which is also the `who` of its draws."""

    def __init__(self, model, number):
        super().__init__(model)
        self.number = number

    @property
    def p(self):
        """The parameters in force."""
        return self.model.p

    @property
    def who(self):
        """The key of the draws."""
        return self.number

    def u(self, event, draw=0):
        """A uniform number."""
        return self.model.u(event, self.who, draw)

    def z(self, event, draw=0):
        """A standard normal number."""
        return self.model.z(event, self.who, draw)
