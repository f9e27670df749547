"""docs/probe-format.md shows the file that the probe writes."""
import json
import os
import re
import unittest

import torch
from torch import nn

import support
from golden_models import named
from support import ProbeTest

PAGE = os.path.join(support.HERE, "..", "..", "docs", "probe-format.md")


class FormatPageTests(ProbeTest):
    def test_the_whole_file_is_what_the_probe_writes(self):
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        model = named(rnn=nn.RNN(1, 1, bias=False))
        with torch.no_grad():
            model.rnn.weight_ih_l0.fill_(1.0)
            model.rnn.weight_hh_l0.fill_(0.5)
        x = torch.tensor([1.0, 0.0, 0.0]).reshape(3, 1, 1)
        tensors, metadata, _ = self.sample(model, lambda: model.rnn(x)[0][-1].sum())

        with open(os.path.join(self.folder, self.names()[0]), "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        header["__metadata__"] = {"calls": header["__metadata__"]["calls"]}
        self.assertEqual(json.loads(part(page, "header").replace("```json", "").replace("```", "")), header)

        rows = dict(re.findall(r"^\| `(\S+)` \| (.*) \|$", part(page, "values"), re.MULTILINE))
        self.assertEqual(rows.keys(), tensors.keys())
        for name, row in rows.items():
            shown = torch.tensor([float(value) for value in row.split(", ")])
            self.assertTrue(torch.allclose(shown, tensors[name].flatten(), rtol=0, atol=1e-6), name)

        for name in metadata:
            self.assertIn(f"`{name}`", page)


def part(page, name):
    return re.search(rf"<!-- {name}: .*?-->(.*?)<!-- /{name} -->", page, re.DOTALL).group(1)


if __name__ == "__main__":
    unittest.main()
