"""Changes of divisions judged and planned, as pure functions over one day's map."""
