"""The demo company: usage logs as a freight forwarder of middle size would keep them.

Nothing here reads a log, a price or a database: it only writes files, and a
manifest of what they hold.
"""

from app.demo.contract import contract_text
from app.demo.manifest import DemoManifest
from app.demo.story import STORIES, Story
from app.demo.write import write_demo_logs

__all__ = ["STORIES", "DemoManifest", "Story", "contract_text", "write_demo_logs"]
