"""One module per edge; a suite is a function that returns an ExpectationSuite."""
