"""Aider, whose arguments follow, beside a newer LiteLLM than its own, and without what its map of a repository needs.

At its first start it looks whether that is there, so this is never the first. It ends when LiteLLM has an error that it
has no word for, so it gets one.
"""

import json
import pathlib
import sys

import litellm
from aider import __version__
from aider.exceptions import ExInfo, LiteLLMExceptions
from aider.main import main

installs = pathlib.Path.home() / ".aider/installs.json"
installs.parent.mkdir(exist_ok=True)
installs.write_text(json.dumps({str((__version__, sys.executable)): True}))
for name, kind in vars(litellm).items():
    if name.endswith("Error") and isinstance(kind, type) and issubclass(kind, BaseException):
        LiteLLMExceptions.exception_info.setdefault(name, ExInfo(name, False, None))
sys.exit(main())
