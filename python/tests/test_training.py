"""The probe beside a training: it changes no bit, counts its steps, keeps its folder small, and never stops it."""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings
from unittest import mock

import torch
from torch import nn

import support  # Before the package: it finds the package beside the tests.
from support import ProbeTest, Resting, train
import backflow
from backflow import hooks
from golden_models import named
from test_layers import layer, weighted

X = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(4))


class BitTests(ProbeTest):
    def test_losses_of_100_steps_have_the_same_bits(self):
        for kind in ("LSTM", "GRU", "RNN_TANH"):
            with self.subTest(kind=kind):
                losses = []
                for watched in (False, True):
                    torch.manual_seed(5)
                    model = named(rnn=layer(kind, num_layers=2, dropout=0.3, batch_first=True), cell=nn.LSTMCell(4, 4))
                    probe = self.watch(model, every=3, passes=2) if watched else None
                    optimizer = torch.optim.Adam(model.parameters())

                    def loss():
                        y = model.rnn(torch.randn(4, 6, 3))[0].relu_()
                        return (model.cell(y[:, -1])[0] ** 2).mean() + y.mean()

                    losses.append(train(model, loss, 100, optimizer))
                    if watched:
                        probe.remove()
                        self.assertEqual(len(self.names()), 20)
                self.assertEqual(losses[0], losses[1])
                self.assertEqual(self.messages(), [])
                shutil.rmtree(self.folder)


class StepTests(ProbeTest):
    def test_optimizers_that_write_in_place_are_counted(self):
        for make in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad,
                     torch.optim.RAdam):
            with self.subTest(optimizer=make.__name__):
                rnn = layer("LSTM", num_layers=2)
                probe = self.watch(rnn, every=2)
                train(rnn, lambda: weighted(rnn(X)), 6, make(rnn.parameters(), lr=0.01))
                probe.remove()
                self.assertEqual([name[:9] for name in self.names()], ["000000000", "000000002", "000000004"])
                shutil.rmtree(self.folder)

    def test_optimizers_of_two_layers_are_one_step(self):
        model = named(encoder=nn.GRU(3, 4), decoder=nn.GRU(3, 4))
        probe = self.watch(model)
        optimizers = [torch.optim.SGD(part.parameters(), lr=0.1) for part in (model.encoder, model.decoder)]
        for _ in range(3):
            weighted(model.decoder(X, model.encoder(X)[1])).backward()
            for optimizer in optimizers:
                optimizer.step()
        probe.remove()
        self.assertEqual(len(self.names()), 3)
        self.assertEqual([call["layer"] for call in self.file(self.names()[2])[2]], ["encoder", "decoder"])

    def test_a_frozen_layer_is_counted_by_the_others(self):
        model = named(below=nn.Linear(3, 3), rnn=nn.LSTM(3, 4))
        model.rnn.requires_grad_(False)
        probe = self.watch(model)
        train(model, lambda: weighted(model.rnn(model.below(X))), 3, torch.optim.SGD(model.below.parameters(), lr=0.1))
        probe.remove()
        self.assertEqual(len(self.names()), 3)

    def test_through_data_nothing_is_counted_and_it_is_said(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        self.train_through_data(rnn, 150)
        probe.remove()
        self.assertEqual(len(self.names()), 1)
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("call probe.step()", self.messages()[0])

    def test_step_counts_through_data(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        self.train_through_data(rnn, 3, probe.step)
        probe.remove()
        self.assertEqual(len(self.names()), 3)
        for name in self.names():
            tensors, _, calls = self.file(name)
            self.assert_agrees(tensors, calls, {"model": rnn})

    def test_step_beside_an_ordinary_optimizer_counts_once(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        train(rnn, lambda: weighted(rnn(X)), 4, after=probe.step)
        probe.remove()
        self.assertEqual([int(name[:9]) for name in self.names()], [0, 1, 2, 3])

    def test_a_layer_that_is_called_at_odd_steps_alone_has_samples(self):
        model = named(rnn=nn.LSTM(3, 4), other=nn.Linear(3, 3))
        probe = self.watch(model, every=4)
        for step in range(12):
            if step % 2:
                weighted(model.rnn(X)).backward()
            probe.step()
        probe.remove()
        self.assertEqual([int(name[:9]) for name in self.names()], [1, 5, 9])

    def train_through_data(self, rnn, steps, after=lambda: None):
        for _ in range(steps):
            rnn.zero_grad()
            weighted(rnn(X)).backward()
            for weight in rnn.parameters():
                weight.data -= 0.01 * weight.grad
            after()


class MetadataTests(ProbeTest):
    def test_metadata(self):
        model = named(rnn=nn.LSTM(3, 4))
        probe = self.watch(model, every=7)
        loss = weighted(model.rnn(X))
        probe.loss(loss)
        loss.backward()
        probe.remove()
        _, metadata, calls = self.file()
        self.assertEqual(float(metadata.pop("loss")), float(loss))
        self.assertRegex(metadata.pop("time"), r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$")
        metadata.pop("calls")
        self.assertEqual(metadata, {
            "format": "backflow-probe/1", "step": "0", "pass": "0", "rank": "0", "world": "1",
            "framework": f"torch {torch.__version__}", "device": "cpu", "loss_scale": "1.0", "every": "7",
            "overhead": "0.0000", "model": "Module"})
        self.assertEqual(calls, [{
            "layer": "rnn", "kind": "LSTM", "layers": 1, "hidden": 4, "input": 3, "bias": True, "batch_first": False,
            "bidirectional": False, "dropout": 0.0, "autocast": None, "unbatched": False, "continues": None,
            "replaced": []}])

    def test_a_loss_is_recorded_once(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        probe.loss(2.5)
        train(rnn, lambda: weighted(rnn(X)), 2)
        probe.remove()
        self.assertEqual([self.file(name)[1].get("loss") for name in self.names()], ["2.5", None])

    def test_wrong_options_are_refused(self):
        for options in ({"every": 0}, {"keep": 0}, {"passes": 0}, {"every": 1.5}):
            with self.assertRaisesRegex(ValueError, f"{next(iter(options))} must be a whole number of at least 1"):
                backflow.watch(layer("LSTM"), folder=self.folder, **options)


class FolderTests(ProbeTest):
    def test_a_new_folder_is_its_owners_alone(self):
        with tempfile.TemporaryDirectory() as place:
            folder = os.path.join(place, "probe")
            backflow.watch(nn.Sequential(nn.GRU(2, 3)), folder=folder).remove()
            self.assertEqual(0o700, os.stat(folder).st_mode & 0o777)

    def test_the_newest_files_are_kept(self):
        rnn = layer("LSTM")
        os.makedirs(self.folder)
        others = ("000000000-001-00.safetensors", "000000007-001-00.safetensors.part", "mine.txt")
        for other in (*others, "000000400-000-00.safetensors.part"):  # The last one is of a process that was killed.
            open(os.path.join(self.folder, other), "w").close()
        probe = self.watch(rnn, keep=3)
        train(rnn, lambda: weighted(rnn(X)), 8, after=probe.flush)
        probe.remove()
        kept = [name for name in self.names() if name not in others]
        self.assertEqual([int(name[:9]) for name in kept], [5, 6, 7])
        self.assertEqual(len(self.names()), 6)

    def test_files_of_an_earlier_training_go_first(self):
        rnn = layer("LSTM")
        os.makedirs(self.folder)
        for step in range(3):
            name = os.path.join(self.folder, f"{500 + step:09d}-000-00.safetensors")
            open(name, "w").close()
            os.utime(name, (1_000_000_000 + step, 1_000_000_000 + step))
        probe = self.watch(rnn, keep=3)
        train(rnn, lambda: weighted(rnn(X)), 2, after=probe.flush)
        probe.remove()
        self.assertEqual([int(name[:9]) for name in self.names()], [0, 1, 502])

    def test_a_folder_that_is_gone_is_one_warning(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        shutil.rmtree(self.folder)
        train(rnn, lambda: weighted(rnn(X)), 5, after=probe.flush)
        probe.remove()
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("the training goes on. FileNotFoundError", self.messages()[0])

    def test_a_folder_that_cannot_be_made_is_one_warning(self):
        rnn = layer("LSTM")
        open(self.folder, "w").close()
        probe = self.watch(rnn)
        train(rnn, lambda: weighted(rnn(X)), 2, after=probe.flush)
        self.assertTrue(self.messages())
        self.assertTrue(all("the training goes on" in message for message in self.messages()))

    def test_a_full_disk_is_one_warning_and_leaves_no_part(self):
        rnn = layer("LSTM")
        with mock.patch("backflow.files.data_of", side_effect=OSError(28, "No space left on device")):
            probe = self.watch(rnn)
            train(rnn, lambda: weighted(rnn(X)), 3, after=probe.flush)
        train(rnn, lambda: weighted(rnn(X)), 1, after=probe.flush)
        probe.remove()
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("No space left on device", self.messages()[0])
        self.assertEqual([int(name[:9]) for name in self.names()], [3])

    def test_a_write_that_the_system_refuses_is_one_warning(self):
        """A process that may write no file above 2000 bytes: its training goes on to the end."""
        program = (
            "import resource, sys; sys.path.insert(0, sys.argv[1])\n"
            "import torch, backflow\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
            "rnn = torch.nn.LSTM(8, 32)\n"
            "probe = backflow.watch(rnn, every=1, folder=sys.argv[2])\n"
            "optimizer = torch.optim.SGD(rnn.parameters(), lr=0.1)\n"
            "for _ in range(3):\n"
            "    rnn(torch.randn(5, 2, 8))[0].sum().backward()\n"
            "    optimizer.step()\n"
            "    probe.flush()\n"
            "print('trained')\n")
        done = subprocess.run(
            [sys.executable, "-c", program, os.path.dirname(support.HERE), self.folder], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "trained\n"), done.stderr)
        self.assertEqual(done.stderr.count("File too large"), 1, done.stderr)
        self.assertEqual(self.names(), [])

    def test_a_slow_disk_drops_files_and_says_so(self):
        rnn, go = layer("LSTM"), threading.Event()
        with mock.patch("backflow.files.write", side_effect=lambda *_: go.wait()):
            probe = self.watch(rnn)
            train(rnn, lambda: weighted(rnn(X)), 10)
            go.set()
            probe.remove()
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("slower than the training", self.messages()[0])

    def test_a_file_appears_whole(self):
        """No name that a reader looks for exists before the file is complete."""
        rnn, seen = layer("LSTM"), []
        data_of = backflow.probe.Folder.__init__.__globals__["files"].data_of

        def look(tensor):
            seen.append(self.names())
            return data_of(tensor)

        with mock.patch("backflow.files.data_of", side_effect=look):
            probe = self.watch(rnn)
            weighted(rnn(X)).backward()
            probe.remove()
        self.assertEqual({tuple(names) for names in seen}, {("000000000-000-00.safetensors.part",)})
        self.assertEqual(self.names(), ["000000000-000-00.safetensors"])

    def test_files_are_complete_when_the_interpreter_ends(self):
        program = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import torch, backflow\n"
            "rnn = torch.nn.LSTM(64, 128)\n"
            "backflow.watch(rnn, folder=sys.argv[2])\n"
            "rnn(torch.randn(50, 16, 64))[0].sum().backward()\n")
        done = subprocess.run(
            [sys.executable, "-c", program, os.path.dirname(support.HERE), self.folder], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("call0.y.grad", self.file()[0])


class FaultTests(ProbeTest):
    def test_a_fault_of_the_probe_is_one_warning(self):
        for place in ("backflow.capture.describe", "backflow.hooks.queue_at_end_of_backward",
                      "backflow.sample.Sample.contents", "backflow.steps.Steps.look"):
            with self.subTest(place=place):
                self.warned.clear()
                rnn = layer("LSTM")
                with mock.patch(place, side_effect=ZeroDivisionError("mine")):
                    probe = self.watch(rnn)
                    train(rnn, lambda: weighted(rnn(X)), 4)
                    probe.remove()
                self.assertEqual(len(self.messages()), 1)
                self.assertIn("ZeroDivisionError: mine", self.messages()[0])

    def test_where_warnings_are_errors_the_training_goes_on(self):
        rnn = layer("LSTM")
        warnings.simplefilter("error")
        with mock.patch("backflow.capture.describe", side_effect=ZeroDivisionError("mine")), \
                mock.patch("sys.stderr") as stderr:
            self.watch(rnn)
            train(rnn, lambda: weighted(rnn(X)), 2)
        self.assertIn("ZeroDivisionError: mine", "".join(call.args[0] for call in stderr.write.call_args_list))

    def test_too_many_calls_without_backward_are_let_go(self):
        rnn = layer("LSTM")
        with mock.patch("backflow.sample.CALLS_AT_MOST", 10):
            probe = self.watch(rnn)
            for _ in range(30):
                rnn(X)
        self.assertIsNone(probe._sample)
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("10 calls of recurrent layers came without a backward pass", self.messages()[0])

    def test_too_large_a_sample_is_let_go(self):
        rnn = layer("LSTM")
        with mock.patch("backflow.sample.BYTES_AT_MOST", 100):
            self.watch(rnn)
            train(rnn, lambda: weighted(rnn(X)), 2)
        self.assertEqual(len(self.messages()), 1)

    def test_the_end_of_a_backward_pass_is_told(self):
        """torch's queue_callback is a private name: this fails with a torch that has it no more."""
        told, x = [], torch.ones(1, requires_grad=True)
        y = x * 2
        y.register_hook(lambda _: told.append(hooks.queue_at_end_of_backward(lambda: told.append("end"))))
        self.assertFalse(hooks.in_backward())
        x.register_hook(lambda _: told.append(hooks.in_backward()))
        y.backward()
        self.assertEqual(told, [True, True, "end"])


class OverheadTests(ProbeTest):
    def test_every_is_stretched_and_said_once(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        probe._schedule._clock = Busy()
        train(rnn, lambda: weighted(rnn(X)), 20)
        probe.remove()
        self.assertEqual([int(name[:9]) for name in self.names()], [0])
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("every=1 became 2", self.messages()[0])
        self.assertEqual(probe._schedule.every, 32)

    def test_every_stays_once_the_share_is_small(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        clock = probe._schedule._clock = Busy()
        train(rnn, lambda: weighted(rnn(X)), 3)
        clock.share = 0.005
        train(rnn, lambda: weighted(rnn(X)), 10)
        probe.remove()
        self.assertEqual([int(name[:9]) for name in self.names()], [0, 4, 8, 12])
        self.assertEqual(self.file(self.names()[-1])[1]["every"], "4")

    def test_the_clock_counts_the_time_inside(self):
        rnn = layer("LSTM")
        probe = backflow.watch(rnn, folder=self.folder)
        self.addCleanup(probe.remove)
        train(rnn, lambda: weighted(rnn(X)), 5)
        self.assertGreater(probe._clock.inside, 0)
        self.assertLess(probe._clock.share, 1)


class Busy(Resting):
    share = 0.5


class ParallelTests(ProbeTest):
    def test_data_parallel_on_the_cpu(self):
        model = named(rnn=nn.LSTM(3, 4))
        model.forward = lambda x: model.rnn(x)
        wrapped = nn.DataParallel(model)
        tensors, metadata, calls = self.sample(wrapped, lambda: weighted(wrapped(X)))
        self.assertEqual((calls[0]["layer"], metadata["model"]), ("rnn", "Module"))
        self.assert_agrees(tensors, calls, {"rnn": model.rnn})

    def test_prefixes_of_other_wrappers_are_stripped(self):
        model = named(_orig_mod=named(module=named(rnn=nn.LSTM(3, 4))))
        _, _, calls = self.sample(model, lambda: weighted(model._orig_mod.module.rnn(X)))
        self.assertEqual(calls[0]["layer"], "module.rnn")  # The user's own name.

    @unittest.skipUnless(torch.distributed.is_available(), "this torch has no torch.distributed")
    def test_distributed_data_parallel(self):
        with tempfile.NamedTemporaryFile() as store:
            torch.distributed.init_process_group("gloo", init_method=f"file://{store.name}", rank=0, world_size=1)
            try:
                self.check_unused_output()
                for static in (False, True):
                    for watch_before in (False, True):
                        with self.subTest(static=static, watch_before=watch_before):
                            self.check_distributed(static, watch_before)
            finally:
                torch.distributed.destroy_process_group()

    @unittest.skipUnless(torch.distributed.is_available(), "this torch has no torch.distributed")
    def test_two_processes_write_the_gradients_of_their_own(self):
        program = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import torch, backflow\n"
            "rank = int(sys.argv[4])\n"
            "torch.set_num_threads(1)\n"
            "store = 'file://' + sys.argv[3]\n"
            "torch.distributed.init_process_group('gloo', init_method=store, rank=rank, world_size=2)\n"
            "torch.manual_seed(1)\n"
            "model = torch.nn.parallel.DistributedDataParallel(torch.nn.LSTM(3, 4))\n"
            "probe = backflow.watch(model, every=2, folder=sys.argv[2])\n"
            "probe._schedule._clock = type('Resting', (), dict(share=0))()\n"
            "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
            "for _ in range(3):\n"
            "    optimizer.zero_grad()\n"
            "    model(torch.ones(5, 2, 3) * (rank + 1))[0].sum().backward()\n"
            "    optimizer.step()\n"
            "probe.remove()\n")
        with tempfile.TemporaryDirectory() as place:
            arguments = [os.path.dirname(support.HERE), self.folder, os.path.join(place, "store")]
            command = [sys.executable, "-c", program, *arguments]
            processes = [
                subprocess.Popen([*command, str(rank)], stderr=subprocess.PIPE, text=True) for rank in range(2)]
            for process in processes:
                self.assertEqual((process.communicate(timeout=60)[1], process.returncode), ("", 0))
        self.assertEqual(self.names(), [f"{step:09d}-{rank:03d}-00.safetensors" for step in (0, 2) for rank in (0, 1)])
        for name in self.names():
            tensors, metadata, calls = self.file(name)
            self.assertEqual((metadata["rank"], metadata["world"]), (str(int(name[10:13])), "2"))
            self.assert_agrees(tensors, calls, {"model": nn.LSTM(3, 4)})

    def check_unused_output(self):
        """A static graph hands None to the hook of an output that the loss does not use."""
        rnn = nn.LSTM(3, 4)
        wrapped = nn.parallel.DistributedDataParallel(rnn, static_graph=True)
        tensors, _, calls = self.sample(wrapped, lambda: wrapped(X)[0].sin().sum())
        self.assertEqual(calls[0]["layer"], "model")
        self.assertNotIn("call0.c_n.grad", tensors)
        self.assert_agrees(tensors, calls, {"model": rnn})
        shutil.rmtree(self.folder)

    def check_distributed(self, static, watch_before):
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.rnn, self.cell = nn.LSTM(3, 4), nn.GRUCell(4, 4)

            def forward(self, x):
                return self.cell(self.rnn(x)[0][-1])

        model = Model()
        probe = self.watch(model) if watch_before else None
        wrapped = nn.parallel.DistributedDataParallel(model, static_graph=static)
        probe = probe or self.watch(wrapped)
        train(wrapped, lambda: wrapped(X).sin().sum(), 3)
        with wrapped.no_sync():
            wrapped(X).sum().backward()
        probe.remove()
        self.assertEqual(self.messages(), [])
        self.assertEqual(len(self.names()), 4)
        for name in self.names():
            tensors, metadata, calls = self.file(name)
            self.assertEqual((metadata["rank"], metadata["world"], metadata["model"]), ("0", "1", "Model"))
            self.assertEqual([call["layer"] for call in calls], ["rnn", "cell"])
            self.assert_agrees(tensors, calls[:1], {"rnn": model.rnn})
        shutil.rmtree(self.folder)


class PackageTests(unittest.TestCase):
    def test_it_needs_torch_and_the_standard_library_alone(self):
        standard = set(sys.stdlib_module_names) | {"torch", ""}
        for path in glob.glob(os.path.join(os.path.dirname(support.HERE), "backflow", "*.py")):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    words = line.split()
                    if line.startswith(("import ", "from ")):
                        self.assertIn(words[1].split(".")[0], standard, path)


if __name__ == "__main__":
    unittest.main()
