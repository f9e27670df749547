#!/usr/bin/env bash
# Software: Microsoft.ML.OnnxRuntime 1.31.1 for .NET 10, CPU.
# Guess: the activation "Softplus" of RNN, LSTM and GRU is the operator Softplus, ln(1 + eˣ), which is x for a large x.
# Seen:  the operator answers 89 for x = 89. The activation computes ln(1 + eˣ) as it is written, in floats: infinity
#        from x = 88.8 on, 88.7 for 88.7. A state that it bounds nowhere reaches that in a few timesteps.
# Fails when the package answers otherwise. Needs the .NET 10 SDK and a package feed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > probe.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
  </ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using System;
using System.Linq;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// The messages of a model, written by hand: (number · 8 + 2), length, content.
static byte[] Part(int number, params byte[][] content)
{
    byte[] all = content.SelectMany(static part => part).ToArray();
    byte[] length = all.Length < 128 ? [(byte)all.Length] : [(byte)(all.Length % 128 + 128), (byte)(all.Length / 128)];
    return [(byte)(number * 8 + 2), .. length, .. all];
}

static byte[] Text(int number, string text) => Part(number, Encoding.UTF8.GetBytes(text));
static byte[] Whole(int number, byte value) => [(byte)(number * 8), value];

static byte[] Value(int number, string name) => Part(number, Text(1, name), Part(2, Part(1, Whole(1, 1),
    number == 12 ? [] : Part(2, Part(1, Whole(1, 1)), Part(1, Whole(1, 1)), Part(1, Whole(1, 1))))));

static byte[] Tensor(string name, float value) => Part(5, Whole(1, 1), Whole(1, 1), Whole(1, 1), Whole(2, 1),
    Text(8, name), Part(9, BitConverter.GetBytes(value)));

static float Run(byte[] node, float x)
{
    byte[] model = [.. Whole(1, 8), .. Part(8, Whole(2, 14)), .. Part(7, node, Text(2, "g"), Tensor("W", 1),
        Tensor("R", 0), Value(11, "X"), Value(12, "Y"))];
    using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    using InferenceSession session = new(model, options);
    using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("X", new DenseTensor<float>(new[] { x }, [1, 1, 1]))]);
    return outputs[0].AsTensor<float>().First();
}

byte[] softplus = Part(1, Text(1, "X"), Text(2, "Y"), Text(4, "Softplus"));
byte[] hidden = Part(5, Text(1, "hidden_size"), Whole(3, 1), [0xA0, 0x01, 2]);
byte[] activations = Part(5, Text(1, "activations"), Text(9, "Softplus"), [0xA0, 0x01, 8]);
byte[] rnn = Part(1, Text(1, "X"), Text(1, "W"), Text(1, "R"), Text(2, "Y"), Text(4, "RNN"), hidden, activations);
foreach (float x in new[] { 88.7f, 89f })
{
    Console.WriteLine(FormattableString.Invariant($"x = {x}: operator {Run(softplus, x)}, activation {Run(rnn, x)}"));
}
X
dotnet build --configuration Release --nologo --verbosity quiet >/dev/null
seen=$(DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 dotnet bin/Release/net10.0/probe.dll)
echo "$seen"
expected='x = 88.7: operator 88.7, activation 88.7
x = 89: operator 89, activation Infinity'
[ "$seen" = "$expected" ] || { echo "ONNX Runtime answers otherwise now." >&2; exit 1; }
