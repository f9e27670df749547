"""Effective context: the loss rises where a needed input is another sequence's, and nothing of the model changes."""
import unittest

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from golden_models import named
from support import ProbeTest, train

TIMESTEPS, BATCH, LAG = 12, 6, 4


class Delay(nn.Module):
    """An RNN that computes by construction the input LAG timesteps back: a line of units that hand a value on."""

    def __init__(self, batch_first=False):
        super().__init__()
        self.rnn = nn.RNN(1, LAG + 1, nonlinearity="relu", bias=False, batch_first=batch_first)
        with torch.no_grad():
            self.rnn.weight_ih_l0.zero_()[0, 0] = 1
            self.rnn.weight_hh_l0.copy_(torch.diag(torch.ones(LAG), -1))


class ContextTests(ProbeTest):
    def check(self, model, loss, batches):
        before = {name: value.clone() for name, value in model.state_dict().items()}
        probe = self.watch(model)
        state = torch.get_rng_state()
        measured = probe.context(loss, batches)
        probe.remove()
        self.assertTrue(torch.equal(torch.get_rng_state(), state))
        self.assertTrue(all(module.training for module in model.modules()))
        self.assertTrue(all("forward" not in vars(module) for module in model.modules()))
        self.assertTrue(all(torch.equal(value, before[name]) for name, value in model.state_dict().items()))
        self.assertEqual(measured.loss, 0.0)
        self.assertEqual(measured.lags[:4], [0, 1, 2, 3])
        self.assertEqual(measured.lags[-1], TIMESTEPS - 1)
        for lag, rise in zip(measured.lags, measured.rises):
            self.assertEqual(rise > 0, lag <= LAG, f"lag {lag}: {rise}")
        tensors, metadata, _ = self.file("context-000000000-000.safetensors")
        self.assertEqual(metadata["format"], "backflow-probe-context/1")
        self.assertEqual((metadata["loss"], metadata["sequences"]), ("0.0", str(BATCH * len(batches))))
        self.assertEqual(tensors["lag"].tolist(), measured.lags)
        self.assertEqual(tensors["rise"].tolist(), measured.rises)
        self.assertLessEqual({LAG, LAG + 1}, set(measured.lags))  # The grid was refined where the past stops to matter.
        return tensors

    def test_layers(self):
        for batch_first in (False, True):
            with self.subTest(batch_first=batch_first):
                model = Delay(batch_first)
                batches = [torch.rand(TIMESTEPS, BATCH, 1) for _ in range(2)]
                turn = (lambda x: x.transpose(0, 1)) if batch_first else (lambda x: x)
                self.check(model, lambda x: (
                    (turn(model.rnn(input=turn(x))[0])[-1, :, LAG] - x[-1 - LAG, :, 0]) ** 2).mean(), batches)

    def test_error_over_sequences_over_batches_and_none(self):
        one = lambda x: (model.rnn(x)[0][-1, :, LAG] - x[-1 - LAG, :, 0]) ** 2
        model, batches = Delay(), [torch.rand(TIMESTEPS, BATCH, 1) for _ in range(8)]
        each = self.check(model, one, batches)
        rises = torch.cat([(x[-1 - LAG].roll(1, 0) - x[-1 - LAG])[:, 0] ** 2 for x in batches]).double()
        for lag, error in zip(each["lag"].tolist(), each["standard_error"].tolist()):
            self.assertAlmostEqual(error, float(rises.std() / rises.numel() ** 0.5) if lag <= LAG else 0, places=6)
        means = torch.stack(rises.split(BATCH)).mean(1)
        batched = self.check(model, lambda x: one(x).mean(), batches)["standard_error"]
        self.assertAlmostEqual(float(batched[0]), float(means.std() / 8 ** 0.5), places=6)
        self.assertNotIn("standard_error", self.check(model, lambda x: one(x).mean(), batches[:7]))

    def test_packed(self):
        model, lengths = Delay(), [9, TIMESTEPS, 7, 10, 8, TIMESTEPS]

        def loss(x):
            _, h_n = model.rnn(pack_padded_sequence(x, lengths, enforce_sorted=False))
            wanted = torch.stack([x[length - 1 - LAG, b, 0] for b, length in enumerate(lengths)])
            return ((h_n[0, :, LAG] - wanted) ** 2).mean()

        self.check(model, loss, [torch.rand(TIMESTEPS, BATCH, 1)])

    def test_cells_and_chunks(self):
        delay = Delay()
        cell = nn.RNNCell(1, LAG + 1, nonlinearity="relu", bias=False)
        cell.load_state_dict({key[:-3]: value for key, value in delay.rnn.state_dict().items()})

        def by_cells(x):
            h = None
            for timestep in range(TIMESTEPS):
                h = cell(x[timestep], h)
            return ((h[:, LAG] - x[-1 - LAG, :, 0]) ** 2).mean()

        def by_chunks(x):
            h = None
            for chunk in x.split(5):
                _, h = delay.rnn(chunk, h)
            return ((h[0, :, LAG] - x[-1 - LAG, :, 0]) ** 2).mean()

        self.check(named(cell=cell), by_cells, [torch.rand(TIMESTEPS, BATCH, 1)])
        self.check(delay, by_chunks, [torch.rand(TIMESTEPS, BATCH, 1)])

    def test_given_lags(self):
        model = Delay()
        probe = self.watch(model)
        measured = probe.context(lambda x: model.rnn(x)[0].mean(), [torch.rand(TIMESTEPS, 2, 1)], lags=[7, 2])
        self.assertEqual(measured.lags, [0, 2, 7])

    def test_the_step_is_that_of_the_weights(self):
        model = Delay()
        probe = self.watch(model)
        train(model, lambda: (model.rnn(torch.rand(TIMESTEPS, 2, 1))[0] ** 2).mean(), 3)
        probe.context(lambda x: model.rnn(x)[0].mean(), [torch.rand(TIMESTEPS, 2, 1)])
        probe.remove()
        self.assertEqual(self.names()[-1], "context-000000003-000.safetensors")

    def test_what_cannot_be_measured_is_said(self):
        model = Delay()
        probe, run = self.watch(model), lambda x: model.rnn(x)[0].mean()
        for message, arguments in {
            "one sequence": (run, [torch.rand(TIMESTEPS, 1, 1)]),
            "no batch": (run, []),
            "no watched layer is called 'other'": (run, [torch.rand(TIMESTEPS, 2, 1)], None, "other"),
            "calls no watched layer": (lambda x: x.mean(), [torch.rand(TIMESTEPS, 2, 1)]),
            "at least 0": (run, [torch.rand(TIMESTEPS, 2, 1)], [-1]),
            "4 values for 2 sequences": (lambda x: model.rnn(x)[0][:2, :, 0], [torch.rand(TIMESTEPS, 2, 1)]),
        }.items():
            with self.subTest(message=message), self.assertRaisesRegex(ValueError, message):
                probe.context(*arguments)
        self.assertTrue(model.training)


if __name__ == "__main__":
    unittest.main()
