"""The process: wires the layers together; nothing imports it."""
