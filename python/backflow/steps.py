"""Counts the steps of a training loop it does not see, and keeps the probe's own share of the time."""
import time

# The probe's share of the wall time above which samples become rarer.
SHARE_AT_MOST = 0.01


class Steps:
    """A step is a change of the weights: optimizers write to them in place, and PyTorch counts that in `_version`."""

    def __init__(self):
        self.step = 0
        self._told = False
        self._seen = {}  # Layer name to the sum of its weights' versions.

    def tell(self):
        """The loop counts for itself: from now on nothing else does."""
        self._told = True
        self.step += 1

    def look(self, name, weights):
        """Counts a step where the weights have changed since the last look."""
        if self._told:
            return
        version = 0
        for weight in weights:
            version += weight._version
        if self._seen.setdefault(name, version) != version:
            self._seen = {name: version}  # The other layers' weights have changed too, in the same step.
            self.step += 1


class Clock:
    """The time inside the probe beside the time since its first hook was called."""

    def __init__(self):
        self.inside, self._began = 0.0, None

    def start(self):
        now = time.perf_counter()
        if self._began is None:
            self._began = now
        return now

    def stop(self, began):
        self.inside += time.perf_counter() - began

    @property
    def share(self):
        whole = time.perf_counter() - self._began if self._began is not None else 0.0
        return self.inside / whole if whole > 0 else 0.0


class Schedule:
    """Which steps have a sample: the first forward pass of every block of `every` steps."""

    def __init__(self, every, clock, say):
        self.every = every
        self._clock, self._say = clock, say
        self._last = None

    def is_due(self, step):
        if self._last is None:
            return True
        if not self._has_come(step):
            return False
        if self._clock.share > SHARE_AT_MOST:
            share, before = self._clock.share, self.every
            self.every *= 2
            self._say(
                "every", f"samples took {share:.1%} of the time. every={before} became {self.every}, and doubles until "
                f"they take less than {SHARE_AT_MOST:.0%}.")
        return self._has_come(step)

    def take(self, step):
        self._last = step

    def _has_come(self, step):
        return step // self.every > self._last // self.every
