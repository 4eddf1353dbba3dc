"""Great Expectations suites as code, by edge: what arrives (landing) and what leaves (publish)."""
