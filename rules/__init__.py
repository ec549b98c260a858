"""The law: rules, parameters, calendars and deadlines as data, and the engine that judges by them."""
