"""Loops over cells: the file holds the states and their whole gradients, as retain_grad gives them."""
import unittest

import torch
from torch import nn

from golden_models import named
from support import ProbeTest

X = torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(2))


def loop(cell, x, states=None):
    """h of each timestep, and all states with retained gradients."""
    kept = []
    for timestep in range(len(x)):
        states = cell(x[timestep], states)
        pair = states if isinstance(states, tuple) else (states,)
        for state in pair:
            state.retain_grad()
        kept.append(pair)
    return torch.stack([pair[0] for pair in kept]), kept


class CellTests(ProbeTest):
    def test_every_cell_equals_retain_grad_bit_for_bit(self):
        cells = {
            "LSTM_CELL": nn.LSTMCell(3, 4), "GRU_CELL": nn.GRUCell(3, 4), "RNN_TANH_CELL": nn.RNNCell(3, 4),
            "RNN_RELU_CELL": nn.RNNCell(3, 4, nonlinearity="relu", bias=False)}
        for kind, cell in cells.items():
            with self.subTest(kind=kind):
                retained = []

                def loss():
                    y, kept = loop(cell, X)
                    retained[:] = kept
                    return y.sin().sum()

                tensors, _, calls = self.sample(cell, loss)
                self.assertEqual([call["kind"] for call in calls], [kind])
                self.assertTrue(torch.equal(tensors["call0.x"], X))
                for index, name in enumerate("yc" if kind == "LSTM_CELL" else "y"):
                    states = [pair[index] for pair in retained]
                    gradients = [torch.zeros_like(s) if s.grad is None else s.grad for s in states]
                    self.assertTrue(torch.equal(tensors[f"call0.{name}"], torch.stack(states)))
                    self.assertTrue(torch.equal(tensors[f"call0.{name}.grad"], torch.stack(gradients)))
                for name, weight in cell.named_parameters():
                    self.assertTrue(torch.equal(tensors[f"model.{name}.grad"], weight.grad))
                    self.assertTrue(torch.equal(tensors[f"model.{name}"], weight))
                    weight.grad = None

    def test_only_the_last_state_used(self):
        cell = nn.GRUCell(3, 4)
        tensors, _, _ = self.sample(cell, lambda: loop(cell, X)[0][-1].sum())
        self.assertTrue(bool((tensors["call0.y.grad"][0] != 0).any()))

    def test_unused_timesteps_have_zeros(self):
        cell = nn.GRUCell(3, 4)
        tensors, _, _ = self.sample(cell, lambda: loop(cell, X)[0][2].sum())
        self.assertTrue(bool((tensors["call0.y.grad"][3:] == 0).all()))
        self.assertTrue(bool((tensors["call0.y.grad"][:3] != 0).any()))

    def test_first_states_are_written_unless_zero(self):
        cell = nn.LSTMCell(3, 4)
        zeros, other = (torch.zeros(2, 4), torch.zeros(2, 4)), (torch.ones(2, 4), torch.zeros(2, 4))
        tensors, _, _ = self.sample(cell, lambda: loop(cell, X, zeros)[0].sum())
        self.assertFalse({"call0.h_0", "call0.c_0"} & tensors.keys())
        tensors, _, _ = self.sample(cell, lambda: loop(cell, X, other)[0].sum())
        self.assertEqual({"call0.h_0", "call0.c_0"} & tensors.keys(), {"call0.h_0"})

    def test_a_second_sequence_is_a_call_of_its_own(self):
        cell = nn.GRUCell(3, 4)
        tensors, _, calls = self.sample(cell, lambda: loop(cell, X)[0].sum() + loop(cell, X[:3] * 2)[0].sum())
        self.assertEqual(len(calls), 2)
        self.assertEqual([tensors[f"call{n}.y"].shape[0] for n in range(2)], [6, 3])

    def test_two_cells_in_one_loop(self):
        model = named(lower=nn.LSTMCell(3, 4), upper=nn.GRUCell(4, 4))

        def loss():
            lower, upper, total = None, None, 0
            for timestep in range(6):
                lower = model.lower(X[timestep], lower)
                upper = model.upper(input=lower[0], hx=upper)
                total = total + upper.sum()
            return total

        tensors, _, calls = self.sample(model, loss)
        self.assertEqual([call["layer"] for call in calls], ["lower", "upper"])
        self.assertEqual([tensors[f"call{n}.y.grad"].shape for n in range(2)], [(6, 2, 4)] * 2)

    def test_a_state_changed_between_timesteps_stays_in_the_loop(self):
        cell = nn.GRUCell(3, 4)

        def loss():
            h, rows = torch.zeros(2, 4), []
            for timestep in range(6):
                h = nn.functional.dropout(cell(X[timestep], h), 0.3)
                rows.append(h)
            return torch.stack(rows).sum()

        _, _, calls = self.sample(cell, loss)
        self.assertEqual(len(calls), 1)

    def test_a_spectral_norm_keeps_its_buffers(self):
        """The cell reads its weight through the norm, whose buffers every read changes while it trains."""
        buffers = []
        for watched in (False, True):
            torch.manual_seed(6)
            cell = nn.utils.parametrizations.spectral_norm(nn.GRUCell(3, 4), "weight_hh")
            probe = self.watch(cell) if watched else None
            loop(cell, X)[0].sum().backward()
            buffers.append([buffer.clone() for buffer in cell.buffers()])
            if probe is not None:
                used = cell.parametrizations.weight_hh.eval()()
                probe.remove()
        self.assertTrue(all(torch.equal(*pair) for pair in zip(*buffers)))
        tensors, _, _ = self.file()
        self.assertTrue(torch.equal(tensors["model.weight_ih"], cell.weight_ih))
        self.assertAlmostEqual(float(torch.linalg.matrix_norm(tensors["model.weight_hh"], 2)), 1, delta=0.2)
        self.assertEqual(tensors["model.weight_hh"].shape, used.shape)
        self.assertEqual(self.messages(), [])

    def test_unbatched(self):
        cell = nn.LSTMCell(3, 4)
        tensors, _, calls = self.sample(cell, lambda: loop(cell, X[:, 0])[0].sum())
        self.assertTrue(calls[0]["unbatched"])
        self.assertEqual(tensors["call0.c.grad"].shape, (6, 4))


if __name__ == "__main__":
    unittest.main()
