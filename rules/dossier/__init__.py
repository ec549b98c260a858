"""From rows of the record to facts: all arithmetic the rules rest on, in integers, as pure functions of a day."""
