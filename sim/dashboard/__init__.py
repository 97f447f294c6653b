"""The dashboard: scenarios for managers, a look inside one organisation, lessons for teachers."""
