"""The package installs without an index into an environment of its own, and works from there."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

PROGRAM = """
import torch, backflow
rnn = torch.nn.LSTM(3, 4)
probe = backflow.watch(rnn, folder="probe")
rnn(torch.randn(5, 2, 3))[0].sum().backward()
probe.remove()
print(backflow.__file__)
"""


class InstallTests(unittest.TestCase):
    def test_install_without_an_index(self):
        with tempfile.TemporaryDirectory() as folder:
            source, environment = os.path.join(folder, "python"), os.path.join(folder, "environment")
            # A copy: pip leaves build/ beside the source, and files of an older build would go into the package.
            ignored = shutil.ignore_patterns("build", "*.egg-info", "tests")
            shutil.copytree(os.path.dirname(support.HERE), source, ignore=ignored)
            options = {"check": True, "capture_output": True, "text": True, "cwd": folder}
            run = lambda *command: subprocess.run(command, **options).stdout
            run(sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", environment)
            python = os.path.join(environment, "bin", "python")
            run(python, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-index", source)
            self.assertIn(environment, run(python, "-c", PROGRAM))
            self.assertEqual(os.listdir(os.path.join(folder, "probe")), ["000000000-000-00.safetensors"])


if __name__ == "__main__":
    unittest.main()
