#!/usr/bin/env python3
"""Writes the node tests of the ONNX specification for RNN, LSTM and GRU, each as a folder, beside this file.

    apt-get install python3-onnx && /usr/bin/python3 make_node_tests.py [FOLDER]

The models and numbers are those of onnx 1.12.0's own test suite (onnx.backend.test); this only writes them down.
"""
import os, sys
import numpy

# onnx 1.12.0 uses names that NumPy 1.24 no longer has.
numpy.float, numpy.bool, numpy.object, numpy.int = float, bool, object, int

from onnx.backend.test.case.node import collect_testcases

OPERATORS = ("RNN", "LSTM", "GRU")

target = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
for case in collect_testcases(None):
    nodes = case.model.graph.node
    if len(nodes) != 1 or nodes[0].op_type not in OPERATORS:
        continue
    folder = os.path.join(target, case.name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(case.model.SerializeToString())
    inputs, outputs = case.data_sets[0]
    for prefix, infos, values in (("in", case.model.graph.input, inputs), ("out", case.model.graph.output, outputs)):
        for info, value in zip(infos, values):
            numpy.save(os.path.join(folder, f"{prefix}_{info.name}.npy"), numpy.asarray(value))
