"""Hypotheses put to the test: statistics, decisions, their page, and robustness."""
