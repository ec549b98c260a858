"""Roll-ups: documented amounts, payments, targets and findings summed over any dimensions, never twice."""
