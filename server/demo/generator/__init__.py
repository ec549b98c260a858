"""演示数据: synthetic projects over all provinces and five years of quarters, with planted irregularities."""

from server.demo.generator.demo_data import SEED, DemoData, generate
from server.demo.generator.export import demo_manifest, write_demo
from server.demo.generator.plan import Planted

__all__ = ["SEED", "DemoData", "Planted", "demo_manifest", "generate", "write_demo"]
