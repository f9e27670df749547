"""Backflow's probe: watches the recurrent layers of a PyTorch model while it trains, and changes nothing about it.

    import backflow

    probe = backflow.watch(model, every=50, folder="probe")
    ...                     # the training loop, as it is
    probe.remove()

Every 50 steps it writes a file that `backflow watch probe` and `backflow analyse FILE` read.
"""
import sys

from .probe import Probe

__all__ = ["Probe", "watch"]


def watch(model, every=50, folder="probe", scaler=None, keep=20, passes=1):
    """Watches every nn.LSTM, nn.GRU, nn.RNN and their cells in `model`; returns the probe.

    every   steps from sample to sample. The probe doubles it while its own time is above 1 % of the training's.
    folder  where the files go. Take a new one for every training.
    scaler  the GradScaler that scales the loss, or the factor itself.
    keep    how many files stay; the oldest are removed.
    passes  how many backward passes of a sampled step are written, each to a file of its own.
    """
    caller = sys._getframe(1)
    return Probe(model, every, folder, scaler, keep, passes, (caller.f_code.co_filename, caller.f_lineno))
