"""The rows of the ratio table: which work, against which peer, with which goal."""

from dataclasses import dataclass

# Of Backflow against the peer, by peer, then by the shape's size.
ONEDNN_SMALL, ONEDNN_LARGE = 1.3, 1.2
TORCH_ONE, TORCH_BATCH, TORCH_LARGE = 10, 2.8, 1.7

CELLS = {"rnn": ("rnn", "rnn"), "lstm": ("lstm", "lstm"), "gru": ("lbr_gru", "gru")}


@dataclass(frozen=True)
class Row:
    """One comparison. `field` is Backflow's number, `peer_field` the peer's; both are milliseconds."""

    shape: str
    peer: str
    command: tuple
    goal: float
    field: str = "totalMs"
    peer_field: str = "forward_backward_ms"

    @property
    def name(self):
        return f"{self.shape} {self.peer}"


def onednn(shape, goal):
    cell, h, i, t, b = shape.split(",")
    return Row(shape, "oneDNN", ("onednn_rnn", CELLS[cell][0], h, i, t, b, "REPEATS"), goal)


def torch(shape, goal, *options):
    cell, h, i, t, b = shape.split(",")
    peer = " ".join(("PyTorch", *(options or (f"nn.{cell.upper()}",))))
    field = "telemetryMs" if "--telemetry" in options else "totalMs"
    command = ("torch_rnn.py", CELLS[cell][1], h, i, t, b, "REPEATS", "1", *options)
    return Row(shape, peer, command, goal, field)


def step(shape, goal, *options):
    h, t, b = shape.removeprefix("step:lstm,").split(",")
    peer = " ".join(("PyTorch step", *(options or ("nn.LSTM",))))
    command = ("torch_charrnn.py", h, t, b, "2", "REPEATS", "1", *options)
    return Row(shape, peer, command, goal, peer_field="step_ms")


def all_rows():
    rows = []
    for cell, short, long in (("rnn", 100, 100), ("lstm", 64, 128), ("gru", 100, 128)):
        one = f"{cell},64,64,200,1" if cell != "lstm" else "lstm,128,128,64,1"
        for shape, dnn, pytorch in (
            (one, ONEDNN_SMALL, TORCH_ONE),
            (f"{cell},128,128,{short},32", ONEDNN_SMALL, TORCH_BATCH),
            (f"{cell},256,256,{long},1", ONEDNN_SMALL, TORCH_ONE),
            (f"{cell},256,256,{long},32", ONEDNN_SMALL, TORCH_BATCH),
            (f"{cell},512,512,{128 if cell == 'lstm' else 100},64", ONEDNN_LARGE, TORCH_LARGE),
        ):
            rows += [onednn(shape, dnn), torch(shape, pytorch)]
    for cell in CELLS:
        shape = f"{cell},128,128,100,32"
        rows += [torch(shape, 3.3, "--telemetry"), torch(shape, 5, "--telemetry", "--index")]
    rows += [step("step:lstm,128,64,1", 35, "--loop", "--index"), step("step:lstm,128,64,1", None),
             step("step:lstm,128,64,32", None)]
    return rows


QUICK = {"rnn,128,128,100,32", "lstm,128,128,64,1", "lstm,128,128,64,32", "gru,128,128,100,32", "lstm,128,128,100,32",
         "step:lstm,128,64,1"}
