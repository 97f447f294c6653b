"""What is run with the model: studies, examples, benchmarks."""
