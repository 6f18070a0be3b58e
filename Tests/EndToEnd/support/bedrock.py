"""Converse and ConverseStream by the SDK of AWS, which is installed beside litellm."""

import json
import os
import pathlib
import subprocess

from support.processes import python_of

CLIENT = pathlib.Path(__file__).parents[1] / "clients/bedrock_client.py"


def converse(url: str, content: str, is_stream: bool) -> dict:
    """What the SDK makes of the answer to one user message."""
    command = [python_of("clients"), str(CLIENT), url, content, "stream" if is_stream else "whole"]
    env = {**os.environ, "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
