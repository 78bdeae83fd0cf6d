"""What to type next, or to look at, after a call failed: each message ends with one of these."""

from __future__ import annotations

from .address import SETTING

IS_IT_UP = f"Check that the state manager runs and that {SETTING} names it"
IS_IT_IT = f"Check that {SETTING} names the state manager, and which proxy or login page stands in between"
KEY = "Set it with `pulumi config set --secret exosphere:apiKey`, or in EXOSPHERE_API_KEY"
SLOW = "Run it again, or allow more with `pulumi config set exosphere:requestTimeout SECONDS`"
LATER = "Run it again when the state manager is well"
PROXY = "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
LOG = "Look for the request id in the state manager's log"
CORRECT = "Correct the graph in the program and run `pulumi up` again"
BUG = "This is a fault of pulumi-exosphere: please report it"
LISTING_LOG = f"One stored graph that it can't read is enough for that. {LOG}"
SIZE = "Make the graph smaller, or allow bigger requests there"
