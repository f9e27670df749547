"""A folder that holds the newest files of one process, written by a thread of its own."""
import collections
import contextlib
import os
import re
import threading

from . import files

# More than this wait only where the disk is slower than the training. A further file is dropped, not waited for.
WAITING_AT_MOST = 4


class Folder:
    """Takes tensors and returns at once. At most `keep` files of this rank stay; the oldest go first."""

    def __init__(self, path, keep, report):
        self.path, self._keep, self._report = path, keep, report
        self._waiting, self._lock, self._thread = collections.deque(), threading.Lock(), None
        self._process = os.getpid()

    def make(self):
        # For its owner alone: samples hold what the layers read. A folder that is there keeps its rights.
        os.makedirs(self.path, mode=0o700, exist_ok=True)

    def put(self, name, tensors, metadata, pattern):
        """Hands a file to the thread. `pattern` matches the names that count against `keep`."""
        if self._process != os.getpid():  # A forked process has the lock and the list, but not the thread.
            self._waiting, self._lock, self._thread = collections.deque(), threading.Lock(), None
            self._process = os.getpid()
        with self._lock:
            if len(self._waiting) >= WAITING_AT_MOST:
                raise RuntimeError(
                    f"the disk of {self.path} is slower than the training, {name} was dropped; make `every` larger")
            self._waiting.append((name, tensors, metadata, pattern))
            if self._thread is None:
                # It ends with the last file. It is no daemon, so the interpreter waits for it before it exits.
                self._thread = threading.Thread(target=self._write_all, name="backflow-probe")
                self._thread.start()

    def flush(self):
        """Returns when all files handed over are on disk, or reported."""
        thread = self._thread if self._process == os.getpid() else None
        if thread is not None:
            thread.join()

    def _write_all(self):
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                name, tensors, metadata, pattern = self._waiting[0]
            try:
                files.write(os.path.join(self.path, name), tensors, metadata)
                self._prune(re.compile(pattern))
            except Exception as error:
                self._report(error)
            with self._lock:
                self._waiting.popleft()

    def _prune(self, pattern):
        with os.scandir(self.path) as entries:
            names = [entry.name for entry in entries]
        ours = [name for name in names if pattern.fullmatch(name)]
        # No part is being written now: one that lies here is left from a process that was killed.
        parts = [name for name in names if name.endswith(".part") and pattern.fullmatch(name[:-len(".part")])]
        for name in sorted(ours, key=self._written)[: -self._keep] + parts:
            with contextlib.suppress(FileNotFoundError):  # Removed by another program.
                os.remove(os.path.join(self.path, name))

    def _written(self, name):
        """When a file was written; names of an equal time in their own order."""
        try:
            return os.stat(os.path.join(self.path, name)).st_mtime_ns, name
        except FileNotFoundError:
            return 0, name
