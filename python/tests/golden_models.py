"""The small networks behind the golden files: each trains for one backward pass, and runs again in double."""
import copy

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import reference


class Golden:
    """A model, its loss in PyTorch, and the same loss from the reference, with the states of each call."""

    def __init__(self, model, loss, again, anchored=False):
        self.model, self.loss, self.again, self.anchored = model, loss, again, anchored


def draw(seed, *shape, dtype=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def head(model, size, dtype=torch.float32):
    model.head = nn.Linear(size, 3, dtype=dtype)
    return model


def named(**layers):
    model = nn.Module()
    for name, layer in layers.items():
        model.add_module(name, layer)
    return model


def read_out(model, y):
    """A loss on every y: linear head, squared distance to 1."""
    return ((y @ model.head.weight.to(y.dtype).T + model.head.bias.to(y.dtype) - 1) ** 2).mean()


def lstm_batch_first(dtype=torch.float32, seed=1):
    model = head(named(rnn=nn.LSTM(5, 8, batch_first=True, dtype=dtype)), 8, dtype)
    x = draw(seed, 3, 12, 5, dtype=dtype)

    def again(_):
        rows, _, _, trace = reference.run(model.rnn, reference.doubled(model.rnn), x.transpose(0, 1), [12] * 3)
        return read_out(model, reference.padded(rows, 8)), [trace]

    return Golden(model, lambda: read_out(model, model.rnn(x)[0]), again)


def gru_dropout():
    model = head(named(rnn=nn.GRU(4, 7, num_layers=2, dropout=0.3)), 7)
    x = draw(2, 11, 4, 4)
    state = []

    def loss():
        state[:] = [torch.get_rng_state()]
        return read_out(model, model.rnn(x)[0])

    def again(_):
        masks = reference.dropout_masks(model.rnn, state[0], (11, 4, 7))
        rows, _, _, trace = reference.run(model.rnn, reference.doubled(model.rnn), x, [11] * 4, masks=masks)
        return read_out(model, reference.padded(rows, 7)), [trace]

    return Golden(model, loss, again)


def rnn_packed():
    model = head(named(rnn=nn.RNN(4, 6, bidirectional=True)), 12)
    x, lengths = draw(3, 10, 4, 4), [6, 10, 3, 8]

    def total(y, h_n):
        return read_out(model, y) + (h_n ** 2).sum() * 0.1

    def loss():
        y, h_n = model.rnn(pack_padded_sequence(x, lengths, enforce_sorted=False))
        return total(pad_packed_sequence(y)[0], h_n)

    def again(_):
        rows, h_n, _, trace = reference.run(model.rnn, reference.doubled(model.rnn), x, lengths)
        return total(reference.padded(rows, 12), h_n), [trace]

    return Golden(model, loss, again)


def lstm_packed():
    model = head(named(rnn=nn.LSTM(4, 5, num_layers=2, bidirectional=True, batch_first=True)), 10)
    x, lengths = draw(4, 4, 9, 4), [4, 9, 1, 7]
    h_0, c_0 = draw(41, 4, 4, 5) * 0.3, draw(42, 4, 4, 5) * 0.3

    def total(y, h_n, c_n):
        return read_out(model, y) + (h_n ** 2).sum() * 0.1 + (c_n.sin()).sum() * 0.05

    def loss():
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        y, (h_n, c_n) = model.rnn(packed, (h_0, c_0))
        return total(pad_packed_sequence(y, batch_first=True)[0], h_n, c_n)

    def again(_):
        rows, h_n, c_n, trace = reference.run(
            model.rnn, reference.doubled(model.rnn), x.transpose(0, 1), lengths, (h_0, c_0))
        return total(reference.padded(rows, 10), h_n, c_n), [trace]

    return Golden(model, loss, again)


def rnn_relu_unbatched():
    model = head(named(rnn=nn.RNN(4, 6, nonlinearity="relu")), 6)
    x = draw(5, 13, 4)

    def again(_):
        rows, _, _, trace = reference.run(model.rnn, reference.doubled(model.rnn), x.unsqueeze(1), [13])
        return read_out(model, reference.padded(rows, 6)[:, 0]), [trace]

    return Golden(model, lambda: read_out(model, model.rnn(x)[0]), again)


def lstm_cell():
    model = head(named(cell=nn.LSTMCell(4, 6)), 6)
    x = draw(6, 9, 3, 4)

    def loss():
        h, c, rows = torch.zeros(3, 6), torch.zeros(3, 6), []
        for timestep in range(9):
            h, c = model.cell(x[timestep], (h, c))
            rows.append(h)
        return read_out(model, torch.stack(rows))

    def again(_):
        layer = nn.LSTM(4, 6)
        weights = {f"{name}_l0": value for name, value in reference.doubled(model.cell).items()}
        rows, _, _, trace = reference.run(layer, weights, x, [9] * 3)
        return read_out(model, reference.padded(rows, 6)), [trace]

    return Golden(model, loss, again)


def encoder_decoder():
    model = head(named(encoder=nn.GRU(4, 6), decoder=nn.GRU(3, 6)), 6)
    source, target = draw(7, 8, 3, 4), draw(71, 5, 3, 3)

    def loss():
        _, h_n = model.encoder(source)
        return read_out(model, model.decoder(target, h_n)[0])

    def again(_):
        _, h_n, _, encoder = reference.run(model.encoder, reference.doubled(model.encoder), source, [8] * 3)
        rows, _, _, decoder = reference.run(model.decoder, reference.doubled(model.decoder), target, [5] * 3, h_n)
        return read_out(model, reference.padded(rows, 6)), [encoder, decoder]

    return Golden(model, loss, again)


def rnn_exploding():
    model = head(named(rnn=nn.RNN(4, 32)), 32)
    with torch.no_grad():
        nn.init.orthogonal_(model.rnn.weight_hh_l0)
        model.rnn.weight_hh_l0 *= 1.6
    x = draw(8, 100, 1, 4)

    def again(tensors):
        rows, _, _, trace = reference.run(
            model.rnn, reference.doubled(model.rnn), x, [100], observed=tensors["call0.y"])
        return read_out(model, reference.padded(rows, 32)[-1]), [trace]

    return Golden(model, lambda: read_out(model, model.rnn(x)[0][-1]), again, anchored=True)


def lstm_chunks():
    model = head(named(rnn=nn.LSTM(4, 6)), 6)
    x = draw(10, 12, 3, 4)

    def loss():
        states, rows = None, []
        for chunk in x.split(5):
            y, states = model.rnn(chunk, states)
            rows.append(y)
        return read_out(model, torch.cat(rows))

    def again(_):
        weights, states, rows, traces = reference.doubled(model.rnn), None, [], []
        for chunk in x.split(5):
            y, h_n, c_n, trace = reference.run(model.rnn, weights, chunk, [len(chunk)] * 3, states)
            states = h_n, c_n
            rows += y
            traces.append(trace)
        return read_out(model, reference.padded(rows, 6)), traces

    return Golden(model, loss, again)


def lstm_spectral_norm():
    golden = lstm_batch_first(seed=11)
    with torch.no_grad():
        golden.model.rnn.weight_hh_l0 *= 2
    plain = copy.deepcopy(golden.model)
    nn.utils.parametrizations.spectral_norm(golden.model.rnn, "weight_hh_l0")
    x = draw(11, 3, 12, 5)

    def again(_):
        """As if there were no norm: it has no effect."""
        rows, _, _, trace = reference.run(plain.rnn, reference.doubled(plain.rnn), x.transpose(0, 1), [12] * 3)
        return read_out(plain, reference.padded(rows, 8)), [trace]

    return Golden(golden.model, golden.loss, again)


def gru_autocast():
    model = head(named(rnn=nn.GRU(4, 6, bidirectional=True)), 12)
    x = draw(12, 10, 3, 4)

    def loss():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = model.rnn(x)[0]
        return read_out(model, y.float())

    def again(_):
        rows, _, _, trace = reference.run(model.rnn, reference.doubled(model.rnn), x, [10] * 3)
        return read_out(model, reference.padded(rows, 12)), [trace]

    return Golden(model, loss, again)


MODELS = {
    "lstm-batch-first": lstm_batch_first,
    "gru-2-layers-dropout": gru_dropout,
    "rnn-bidirectional-packed": rnn_packed,
    "lstm-2-layers-bidirectional-packed": lstm_packed,
    "rnn-relu-unbatched": rnn_relu_unbatched,
    "lstm-cell-loop": lstm_cell,
    "gru-encoder-decoder": encoder_decoder,
    "rnn-exploding": rnn_exploding,
    "lstm-chunks": lstm_chunks,
    "lstm-spectral-norm": lstm_spectral_norm,
    "gru-autocast-bfloat16": gru_autocast,
    "lstm-float64": lambda: lstm_batch_first(torch.float64, seed=9),
}
