#!/usr/bin/env python3
"""Inkstone from Python by its C interface, with nothing but ctypes:  paint.py LIBRARY FOLDER

LIBRARY is libinkstone.so; FOLDER takes the pictures and the queue.
"""
import ctypes as c
import json
import pathlib
import sys

PROGRESS = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_int64, c.c_int64, c.c_double)


class Inkstone:
    def __init__(self, library):
        self.library = c.CDLL(library)
        self.library.inkstone_version.restype = c.c_char_p
        self.library.inkstone_result_count.restype = c.c_size_t
        self.library.inkstone_free.argtypes = [c.c_void_p]

    def call(self, name, *arguments):
        """Calls inkstone_NAME(arguments..., &error); raises what it says."""
        error = c.c_void_p()
        if getattr(self.library, "inkstone_" + name)(*arguments, c.byref(error)) != 0:
            raise RuntimeError(self.text(error))

    def text(self, pointer):
        value = c.string_at(pointer).decode() if pointer else ""
        self.library.inkstone_free(pointer)
        return value

    def given_text(self, name, *arguments):
        out = c.c_void_p()
        self.call(name, *arguments, c.byref(out))
        return self.text(out)

    def given_bytes(self, name, *arguments, more=()):
        data, size = c.c_void_p(), c.c_size_t()
        self.call(name, *arguments, c.byref(data), c.byref(size), *more)
        value = c.string_at(data, size.value)
        self.library.inkstone_free(data)
        return value

    def paint(self, studio, task, request, progress=None):
        """The pictures of a task, each as the bytes of a PNG file."""
        result = c.c_void_p()
        call = PROGRESS(lambda context, stage, step, total, left: int(bool(progress and progress(stage.decode(), step, total))))
        self.call("paint", studio, task.encode(), json.dumps(request).encode(), call, None, c.byref(result))
        try:
            return [self.given_bytes("result_png", result, c.c_size_t(k), more=(None, None)) for k in range(self.library.inkstone_result_count(result))]
        finally:
            self.library.inkstone_result_free(result)


def main(library, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    inkstone = Inkstone(library)
    print("Inkstone", inkstone.library.inkstone_version().decode())

    studio = c.c_void_p()
    inkstone.call("studio_open", c.c_int(0), c.byref(studio))
    request = {"model": "procedural/julia", "width": 128, "seed": 5, "batch": 2}
    for k, png in enumerate(inkstone.paint(studio, "paint", request, lambda stage, step, total: print(stage, step, "of", total))):
        (folder / f"at-once-{k}.png").write_bytes(png)
    inkstone.library.inkstone_studio_close(studio)

    jobs = c.c_void_p()
    inkstone.call("jobs_open", str(folder).encode(), None, c.c_int(0), c.c_int(1), c.byref(jobs))
    sent = (folder / "at-once-0.png").read_bytes()
    picture = inkstone.given_text("jobs_add_picture", jobs, sent, c.c_size_t(len(sent)), b"at-once-0.png")
    job = inkstone.given_text("jobs_submit", jobs, b"post", json.dumps({"input": picture, "chain": "oil"}).encode())
    status = json.loads(inkstone.given_text("jobs_wait", jobs, job.encode(), c.c_int64(60000)))
    print(status["state"], status["error"])
    for painted in status["pictures"]:
        (folder / painted["name"]).write_bytes(inkstone.given_bytes("jobs_picture", jobs, painted["id"].encode()))
        print(folder / painted["name"])
    try:
        inkstone.call("jobs_cancel", jobs, b"no such job")
    except RuntimeError as error:
        print("as expected:", error)
    inkstone.library.inkstone_jobs_close(jobs)
    return 0 if status["state"] == "done" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]) if len(sys.argv) == 3 else __doc__)
