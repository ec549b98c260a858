"""One module per noun of the graph."""
