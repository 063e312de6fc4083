"""Benchmarks: what people wait for, measured through HTTP. `make bench` runs them; they are no tests."""
