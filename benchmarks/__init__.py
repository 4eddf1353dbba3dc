"""Benchmarks: speed and memory of load, identity and whole runs, beside a plain script."""
