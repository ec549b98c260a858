"""演示: the bundles the demo is made of — real divisions, published figures, and generated 演示数据."""
