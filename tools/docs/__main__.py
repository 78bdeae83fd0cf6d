"""Write the pages, and the schema of the native plugin."""

from __future__ import annotations

import sys

from tools.docs import schema
from tools.docs.pages import FOLDER, pages

FOLDER.mkdir(parents=True, exist_ok=True)
for file, text in pages().items():
    (FOLDER / file).write_text(text, "utf-8")
    sys.stdout.write(f"docs/resources/{file}\n")
schema.FILE.write_text(schema.text(), "utf-8")
sys.stdout.write(f"{schema.FILE.relative_to(schema.ROOT)}\n")
