"""How a program calls its layers, and what it does with the outputs: the sample is right, or there is none."""
import copy
import io
import subprocess
import sys
import threading
import unittest

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from golden_models import named
from support import ProbeTest, train
from test_layers import layer, weighted

X = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(1))


class ArgumentTests(ProbeTest):
    def test_keywords(self):
        h_0 = torch.randn(1, 2, 4)
        calls = {
            "hx": lambda rnn: rnn(X, hx=h_0),
            "input and hx": lambda rnn: rnn(input=X, hx=h_0),
            "hx before input": lambda rnn: rnn(hx=h_0, input=X),
            "input": lambda rnn: rnn(input=X),
            "positional": lambda rnn: rnn(X, h_0),
            "hx None": lambda rnn: rnn(X, None),
        }
        for name, call in calls.items():
            with self.subTest(name=name):
                rnn = layer("GRU")
                tensors, _, found = self.sample(rnn, lambda: weighted(call(rnn)))
                self.assertEqual("call0.h_0" in tensors, "None" not in name and name != "input")
                self.assert_agrees(tensors, found, {"model": rnn})

    def test_keywords_of_a_layer_inside_a_model(self):
        """The frame that is read must be the layer's own call, not the model's around it."""
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.rnn = nn.LSTM(3, 4)

            def forward(self, text, hx):
                return self.rnn(text, hx=(hx, hx * 0.5))

        model = Model()
        tensors, _, calls = self.sample(model, lambda: weighted(model(text=X, hx=torch.randn(1, 2, 4))))
        self.assertIn("call0.c_0", tensors)
        self.assert_agrees(tensors, calls, {"rnn": model.rnn})


    def test_states_as_a_list(self):
        rnn = layer("LSTM")
        states = [torch.randn(1, 2, 4), torch.randn(1, 2, 4)]
        tensors, _, calls = self.sample(rnn, lambda: weighted(rnn(X, states)))
        self.assertIn("call0.c_0", tensors)
        self.assert_agrees(tensors, calls, {"model": rnn})


class OutputTests(ProbeTest):
    def test_unused_sliced_and_detached_outputs(self):
        losses = {
            "y alone": lambda y, h, c: y.sum(),
            "h_n alone": lambda y, h, c: h.sin().sum(),
            "c_n alone": lambda y, h, c: c.sin().sum(),
            "last y": lambda y, h, c: y[-1].sin().sum(),
            "sliced h_n": lambda y, h, c: h[1].sin().sum(),
            "y detached later": lambda y, h, c: (y.detach() * h[0]).sum(),
        }
        for name, total in losses.items():
            with self.subTest(name=name):
                rnn = layer("LSTM", num_layers=2)

                def loss():
                    y, (h, c) = rnn(X)
                    return total(y, h, c)

                tensors, _, calls = self.sample(rnn, loss)
                self.assertEqual("call0.y.grad" in tensors, name in ("y alone", "last y"))
                self.assertEqual("call0.h_n.grad" in tensors, "h_n" in name or "later" in name)
                self.assertEqual("call0.c_n.grad" in tensors, "c_n" in name)
                self.assert_agrees(tensors, calls, {"model": rnn})

    def test_changes_in_place(self):
        def zero_first(y):
            y[:, 0] = 0
            return y

        changes = {
            "relu_": lambda y: y.relu_(), "mul_": lambda y: y.mul_(0.5), "first": zero_first,
            "dropout": lambda y: nn.functional.dropout(y, 0.5, inplace=True)}
        for kind in ("LSTM", "GRU", "RNN_TANH"):
            for name, change in changes.items():
                for shape in ("batch_first", "time first", "unbatched"):
                    with self.subTest(kind=kind, name=name, shape=shape):
                        rnn = layer(kind, batch_first=shape == "batch_first")
                        x = X[:, 0] if shape == "unbatched" else X
                        tensors, _, calls = self.sample(rnn, lambda: weighted((change(rnn(x)[0]),)))
                        self.assertIn("call0.y.grad", tensors)
                        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_changes_of_packed_data_in_place(self):
        for kind in ("LSTM", "GRU"):
            with self.subTest(kind=kind):
                rnn = layer(kind, batch_first=True, bidirectional=True)
                packed = nn.utils.rnn.pack_padded_sequence(X, [3, 5], enforce_sorted=False)
                tensors, _, calls = self.sample(rnn, lambda: weighted((rnn(packed)[0].data.relu_(),)))
                self.assert_agrees(tensors, calls, {"model": rnn})

    def test_changes_of_final_states_in_place(self):
        for kind in ("LSTM", "GRU"):
            for x in (X, X[:, 0]):
                with self.subTest(kind=kind, unbatched=x.dim() == 2):
                    rnn = layer(kind)

                    def loss():
                        final = rnn(x)[1]
                        return weighted(tuple(state.mul_(2) for state in final) if kind == "LSTM" else (final.mul_(2),))

                    tensors, _, calls = self.sample(rnn, loss)
                    self.assert_agrees(tensors, calls, {"model": rnn})

    def test_a_broadcast_gradient_is_written_whole(self):
        rnn = layer("LSTM", batch_first=True)
        tensors, _, calls = self.sample(rnn, lambda: rnn(X)[0].sum())
        self.assertTrue(bool((tensors["call0.y.grad"] == 1).all()))
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_frozen_weights_have_no_gradients(self):
        model = named(below=nn.Linear(3, 3), rnn=nn.LSTM(3, 4))
        model.rnn.requires_grad_(False)
        tensors, _, _ = self.sample(model, lambda: weighted(model.rnn(model.below(X))))
        self.assertIn("call0.y.grad", tensors)
        self.assertNotIn("rnn.weight_hh_l0.grad", tensors)

    def test_autograd_grad_gives_no_weight_gradients(self):
        rnn = layer("LSTM")
        x = X.clone().requires_grad_()
        self.watch(rnn)
        torch.autograd.grad(weighted(rnn(x)), x)
        tensors, _, _ = self.flushed()
        self.assertIn("call0.y.grad", tensors)
        self.assertNotIn("model.weight_hh_l0.grad", tensors)

    def flushed(self):
        threads = [thread for thread in threading.enumerate() if thread.name == "backflow-probe"]
        for thread in threads:
            thread.join()
        return self.file()


class RepeatedCallTests(ProbeTest):
    def test_chunks_attached_and_detached(self):
        for kind in ("LSTM", "GRU"):
            for attached in (True, False):
                with self.subTest(kind=kind, attached=attached):
                    rnn = layer(kind)

                    def loss():
                        y, states = rnn(X)
                        total = weighted((y,))
                        for _ in range(2):
                            if not attached:
                                states = tuple(s.detach() for s in states) if kind == "LSTM" else states.detach()
                            y, states = rnn(X, states)
                            total = total + weighted((y,))
                        return total

                    tensors, _, calls = self.sample(rnn, loss)
                    self.assertEqual([call["continues"] for call in calls], [
                        None, {"call": 0, "attached": attached}, {"call": 1, "attached": attached}])
                    self.assertEqual("call0.h_n.grad" in tensors, attached)
                    self.assert_agrees(tensors, calls, {"model": rnn})

    def test_a_state_that_was_written_to_continues_nothing(self):
        rnn = layer("GRU")

        def loss():
            y, h_n = rnn(X)
            state = h_n.detach()
            state[:, 0] = 0
            return weighted((y,)) + weighted(rnn(X, state))

        # GRU's h_n needs no value in the backward pass here, so autograd allows the change.
        tensors, _, calls = self.sample(rnn, loss)
        self.assertIsNone(calls[1]["continues"])
        self.assertEqual(len(calls), 2)

    def test_encoder_and_decoder_step_by_step(self):
        model = named(encoder=nn.GRU(3, 4), decoder=nn.GRU(3, 4))

        def loss():
            _, state = model.encoder(X)
            total = 0
            for timestep in range(4):
                y, state = model.decoder(X[timestep:timestep + 1], state)
                total = total + weighted((y,))
            return total

        tensors, _, calls = self.sample(model, loss)
        self.assertEqual([call["layer"] for call in calls], ["encoder"] + ["decoder"] * 4)
        self.assertEqual([call["continues"] for call in calls], [
            None, *({"call": number, "attached": True} for number in range(4))])
        self.assert_agrees(tensors, calls, {"encoder": model.encoder, "decoder": model.decoder})

    def test_stacked_modules(self):
        model = named(lower=nn.LSTM(3, 4), upper=nn.LSTM(4, 4))
        tensors, _, calls = self.sample(model, lambda: weighted(model.upper(model.lower(X)[0])))
        self.assertEqual([call["continues"] for call in calls], [None, None])
        self.assert_agrees(tensors, calls, {"lower": model.lower, "upper": model.upper})

    def test_one_layer_under_two_names(self):
        model = named(first=layer("GRU"))
        model.second = model.first
        tensors, _, calls = self.sample(model, lambda: weighted(model.second(X)))
        self.assertEqual(calls[0]["layer"], "first")
        self.assert_agrees(tensors, calls, {"first": model.first})

    def test_truncated_backpropagation_has_a_sample_per_step(self):
        rnn = layer("LSTM")
        probe, states, optimizer = self.watch(rnn), None, torch.optim.SGD(rnn.parameters(), lr=0.1)
        for _ in range(3):
            y, states = rnn(X, states)
            optimizer.zero_grad()
            weighted((y,)).backward()
            optimizer.step()
            states = tuple(state.detach() for state in states)
        probe.remove()
        self.assertEqual(self.names(), [f"{step:09d}-000-00.safetensors" for step in range(3)])
        for name in self.names():
            tensors, _, calls = self.file(name)
            self.assertIsNone(calls[0]["continues"])
            self.assert_agrees(tensors, calls, {"model": rnn})


class PassTests(ProbeTest):
    def test_gradient_accumulation_writes_the_first_pass(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        for scale in (1.0, 2.0):
            (weighted(rnn(X)) * scale).backward()
        probe.remove()
        self.assertEqual(self.names(), ["000000000-000-00.safetensors"])
        tensors, _, calls = self.file()
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_every_pass_has_its_own_gradients_alone(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn, passes=3)
        for scale in (1.0, 2.0, 3.0, 4.0):
            (weighted(rnn(X)) * scale).backward()
        probe.remove()
        self.assertEqual(self.names(), [f"000000000-000-{number:02d}.safetensors" for number in range(3)])
        first = self.file()[0]
        for number, scale in enumerate((1.0, 2.0, 3.0)):
            tensors, metadata, calls = self.file(self.names()[number])
            self.assertEqual(metadata["pass"], str(number))
            self.assertEqual(len(calls), 1)
            self.assertTrue(torch.equal(tensors["call0.y.grad"], first["call0.y.grad"] * scale))
            self.assert_agrees(tensors, calls, {"model": rnn})

    def test_two_passes_through_one_graph(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn, passes=2)
        loss = weighted(rnn(X))
        loss.backward(retain_graph=True)
        (loss * 2).backward()
        probe.remove()
        one, two = (self.file(name)[0] for name in self.names())
        for key in ("call0.y.grad", "call0.c_n.grad", "model.weight_hh_l0.grad"):
            self.assertTrue(torch.equal(one[key] * 2, two[key]), key)

    def test_forward_without_backward_is_left_out(self):
        rnn = layer("LSTM")

        def loss():
            rnn(X * 2)
            return weighted(rnn(X))

        tensors, _, calls = self.sample(rnn, loss)
        self.assertEqual(len(calls), 1)
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_numbers_are_those_of_the_calls_in_the_file(self):
        rnn = layer("GRU")

        def loss():
            rnn(X)
            _, state = rnn(X)
            return weighted(rnn(X, state))

        tensors, _, calls = self.sample(rnn, loss)
        self.assertEqual([call["continues"] for call in calls], [None, {"call": 0, "attached": True}])
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_checkpoints(self):
        for reentrant in (True, False):
            with self.subTest(reentrant=reentrant):
                model = named(lower=nn.LSTM(3, 4), upper=nn.GRU(4, 4))
                x = X.clone().requires_grad_()

                def loss():
                    y = checkpoint(lambda x: model.lower(x)[0], x, use_reentrant=reentrant)
                    return checkpoint(lambda y: weighted(model.upper(y)), y, use_reentrant=reentrant)

                tensors, _, calls = self.sample(model, loss)
                self.assertEqual(sorted(call["layer"] for call in calls), ["lower", "upper"])
                self.assert_agrees(tensors, calls, {"lower": model.lower, "upper": model.upper})
                self.assertEqual(len(self.names()), 1)

    def test_a_checkpoint_that_reuses_a_layer_adds_up_its_weight_gradients(self):
        rnn = layer("GRU")
        x = X.clone().requires_grad_()

        def loss():
            first = checkpoint(lambda x: rnn(x)[0], x, use_reentrant=True)
            return weighted((first,)) + checkpoint(lambda x: weighted(rnn(x * 2)), x, use_reentrant=True)

        tensors, _, calls = self.sample(rnn, loss)
        self.assertEqual(len(calls), 2)
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_backward_in_another_thread(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        loss = weighted(rnn(X))
        thread = threading.Thread(target=loss.backward)
        thread.start()
        thread.join()
        probe.remove()
        tensors, _, calls = self.file()
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_a_backward_pass_that_breaks_off_is_forgotten(self):
        class Breaks(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x.clone()

            @staticmethod
            def backward(ctx, gradient):
                raise ArithmeticError("the user's own")

        model = named(lower=nn.LSTM(3, 4), upper=nn.LSTM(4, 4))
        probe = self.watch(model)
        with self.assertRaises(ArithmeticError):
            weighted(model.upper(Breaks.apply(model.lower(X * 3)[0]))).backward()
        self.assertEqual(self.names(), [])
        weighted(model.upper(model.lower(X)[0])).backward()
        probe.remove()
        self.assertEqual(self.messages(), [])
        tensors, metadata, calls = self.file()
        self.assertEqual((len(calls), metadata["pass"]), (2, "0"))
        self.assert_agrees(tensors, calls, {"lower": model.lower, "upper": model.upper})

    def test_the_optimizer_runs_before_the_file_is_written(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        before = rnn.weight_hh_l0.detach().clone()
        train(rnn, lambda: weighted(rnn(X)), 1)
        probe.remove()
        tensors, _, calls = self.file()
        self.assertTrue(torch.equal(tensors["model.weight_hh_l0"], before))
        self.assert_agrees(tensors, calls, {"model": rnn})

    def test_double_backward(self):
        rnn = layer("RNN_TANH")
        x = X.clone().requires_grad_()
        probe = self.watch(rnn, passes=2)
        gradient, = torch.autograd.grad(weighted(rnn(x)), x, create_graph=True)
        (gradient ** 2).sum().backward()
        probe.remove()
        self.assertEqual(self.messages(), [])
        self.assertIn("call0.y.grad", self.file()[0])


class ModeTests(ProbeTest):
    def test_without_training_or_gradients_there_is_no_sample(self):
        rnn = layer("LSTM")
        probe = self.watch(rnn)
        rnn.eval()
        weighted(rnn(X)).backward()
        rnn.train()
        for mode in (torch.no_grad, torch.inference_mode):
            with mode():
                rnn(X)
        self.assertIsNone(probe._sample)
        weighted(rnn(X)).backward()
        probe.remove()
        tensors, _, calls = self.file()
        self.assertEqual(len(calls), 1)
        self.assertEqual(self.names(), ["000000000-000-00.safetensors"])

    def test_tracing(self):
        rnn = layer("LSTM")
        self.watch(rnn)
        traced = torch.jit.trace(rnn, (X,))
        weighted(traced(X)).backward()
        self.assertEqual((self.names(), self.messages()), ([], []))

    def test_scripted_model_names_the_cause(self):
        scripted = torch.jit.script(named_for_script())
        with self.assertRaisesRegex(ValueError, "no layer found.*torch.jit.script"):
            self.watch(scripted)

    def test_scripting_after_remove(self):
        model = named_for_script()
        self.watch(model).remove()
        torch.jit.script(model)(X)

    def test_no_recurrent_layer(self):
        with self.assertRaisesRegex(ValueError, "Linear has no nn.LSTM.*Pass the module"):
            self.watch(nn.Linear(2, 2))

    def test_projections_are_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "'model' has proj_size=2.*proj_size=0"):
            self.watch(nn.LSTM(3, 4, proj_size=2))
        model = named(projected=nn.LSTM(3, 4, proj_size=2), plain=nn.GRU(3, 4))
        self.watch(model)
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("'projected' has proj_size=2", self.messages()[0])

    def test_dropout_on_another_device_is_refused_by_name(self):
        model = named(rnn=nn.LSTM(3, 4, num_layers=2, dropout=0.5, device="meta"), other=nn.GRU(3, 4))
        probe = self.watch(model)
        try:
            model.rnn(torch.empty(5, 2, 3, device="meta"))
        except Exception:  # What torch itself does with a meta LSTM is not the point.
            pass
        weighted(model.other(X)).backward()
        probe.remove()
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("'rnn' has dropout=0.5 between its layers on meta", self.messages()[0])
        self.assertIn("one module per layer with nn.Dropout", self.messages()[0])
        self.assertEqual([call["layer"] for call in self.file()[2]], ["other"])

    def test_autocast(self):
        for kind, y_type in (("LSTM", torch.float32), ("GRU", torch.float32), ("RNN_TANH", torch.bfloat16)):
            with self.subTest(kind=kind):
                rnn = layer(kind)
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    probe = self.watch(rnn)
                    loss = weighted(rnn(X))
                loss.backward()
                probe.remove()
                tensors, _, calls = self.file()
                self.assertEqual(calls[0]["autocast"], "bfloat16")
                self.assertEqual(tensors["call0.y"].dtype, y_type)
                self.assert_agrees(tensors, calls, {"model": rnn}, y_tolerance=3e-2, weights_tolerance=0.15)

    def test_loss_scale(self):
        class Scaler:
            def get_scale(self):
                return 65536.0

        rnn = layer("LSTM")
        plain, _, _ = self.sample(rnn, lambda: weighted(rnn(X)))
        for scaler in (Scaler(), 65536):
            scaled, metadata, _ = self.sample(rnn, lambda: weighted(rnn(X)) * 65536, scaler=scaler)
            self.assertEqual(metadata["loss_scale"], "65536.0")
            self.assertTrue(torch.equal(scaled["call0.y.grad"], plain["call0.y.grad"] * 65536))


class NormalisationTests(ProbeTest):
    def test_weight_norm_stores_what_forward_used(self):
        rnn = nn.utils.weight_norm(layer("LSTM"), "weight_hh_l0")
        for order in range(2):
            with torch.no_grad():
                rnn.weight_hh_l0_g *= 1.5
            tensors, _, calls = self.sample(rnn, lambda: weighted(rnn(X)) + weighted(rnn(X * 2)))
            self.assertEqual(calls[0]["replaced"], [])
            self.assertIn("model.weight_hh_l0.grad", tensors)
            self.assert_agrees(tensors, calls, {"model": rnn})

    def test_spectral_norm_is_replaced_and_its_buffers_stay(self):
        rnn = nn.utils.parametrizations.spectral_norm(layer("LSTM"), "weight_hh_l0")
        before = {name: buffer.clone() for name, buffer in rnn.named_buffers()}
        tensors, _, calls = self.sample(rnn, lambda: weighted(rnn(X)))
        self.assertEqual(calls[0]["replaced"], ["weight_hh_l0"])
        self.assertIn("model.weight_hh_l0.grad", tensors)
        self.assert_agrees(tensors, calls, {"model": rnn})
        for name, buffer in rnn.named_buffers():
            self.assertTrue(torch.equal(buffer, before[name]), name)
        self.assertTrue(rnn.training and all(module.training for module in rnn.modules()))

    def test_a_weight_set_by_hand_is_what_forward_used(self):
        """Weight drop, as in AWD-LSTM: the attribute is a masked copy of the parameter."""
        rnn = layer("LSTM")
        raw = nn.Parameter(rnn.weight_hh_l0.detach())
        del rnn._parameters["weight_hh_l0"]
        rnn.register_parameter("raw", raw)

        def loss():
            rnn.weight_hh_l0 = nn.functional.dropout(raw, 0.5)
            return weighted(rnn(X))

        tensors, _, calls = self.sample(rnn, loss)
        self.assertEqual(calls[0]["replaced"], [])
        self.assert_agrees(tensors, calls, {"model": rnn})


class CopyTests(ProbeTest):
    def test_a_copy_writes_nothing(self):
        model = named(rnn=layer("LSTM"), cell=nn.GRUCell(3, 4))
        probe = self.watch(model)
        loaded = io.BytesIO()
        torch.save(model, loaded)
        loaded.seek(0)
        for other in (copy.deepcopy(model), torch.load(loaded), copy.deepcopy(copy.deepcopy(model))):
            weighted(other.rnn(X)).backward()
            other.cell(X[0]).sum().backward()
        self.assertIsNone(probe._sample)
        self.assertEqual((self.names(), self.messages()), ([], []))

    def test_state_dict_has_the_same_keys(self):
        model = named(rnn=layer("LSTM"))
        before = list(model.state_dict())
        self.watch(model)
        self.assertEqual(list(model.state_dict()), before)

    def test_a_pickle_loads_without_the_package(self):
        rnn = layer("GRU")
        self.watch(rnn)
        path = f"{self.folder}.pt"
        torch.save(rnn, path)
        program = ("import sys, torch; sys.modules['backflow'] = None; m = torch.load(sys.argv[1]); "
                   "m(torch.zeros(5, 2, 3))[0].sum().backward(); print('loaded')")
        done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, cwd="/")
        self.assertEqual((done.stdout.strip(), done.returncode), ("loaded", 0), done.stderr)

    def test_remove_leaves_the_model_as_it_was(self):
        model = named(rnn=layer("LSTM", num_layers=2, dropout=0.5), cell=nn.LSTMCell(3, 4))
        before = {key: dict(value) if isinstance(value, dict) else value for key, value in vars(model.rnn).items()}
        probe = self.watch(model)
        loss = weighted(model.rnn(X))
        probe.remove()
        loss.backward()
        probe.remove()
        after = {key: dict(value) if isinstance(value, dict) else value for key, value in vars(model.rnn).items()}
        self.assertEqual(before.keys(), after.keys())
        for key in before:
            if key not in ("_parameters", "_flat_weights"):
                self.assertEqual(before[key], after[key], key)
        self.assertEqual(len(model.cell._forward_hooks) + len(model.cell._forward_pre_hooks), 0)
        self.assertEqual(self.names(), [])
        self.assertTrue(all(not weight._backward_hooks for weight in model.parameters()))


def named_for_script():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.LSTM(3, 4)

        def forward(self, x):
            return self.rnn(x)[0]

    return Model()


if __name__ == "__main__":
    unittest.main()
