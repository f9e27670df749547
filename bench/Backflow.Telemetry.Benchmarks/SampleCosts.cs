using System.Diagnostics;
using System.Globalization;
using Backflow.Engine;
using Backflow.Exchange.Probes;
using Backflow.Experiments.Probing;
using Backflow.Tensors;

/// <summary>
/// How long a sample of another program's training takes, from its file to its verdicts, beside the forward and
/// backward pass of the same layer.
/// </summary>
internal static class SampleCosts
{
    private const int Hidden = 256;
    private const int Length = 128;
    private const int Batch = 32;
    private const int WarmUps = 5;
    private const int Rounds = 15;

    private static readonly string[] Kinds = ["LSTM", "GRU", "RNN_TANH"];

    /// <summary>Prints one table.</summary>
    public static void Print()
    {
        Console.WriteLine($"{Hidden} units, T {Length}, B {Batch}, one thread, median of {Rounds} rounds");
        Console.WriteLine("| layer | its pass, ms | analyse, ms | ratio | watch, ms | ratio | reading the file, ms |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        string path = Path.Combine(Path.GetTempPath(), $"backflow-sample-{Environment.ProcessId}.safetensors");
        try
        {
            foreach (string name in Kinds)
            {
                Print(ProbedKind.All.Single(kind => kind.Name == name), path);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Print(ProbedKind kind, string path)
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = Layer(kind, pool, out float[] gradient);
        Write(kind, pass, gradient, path);
        using ProbeReading reading = new(threads: 1);
        using ProbeReading watching = new(threads: 1, measures: true);
        ProbeAnalysis analysis = new(pool);
        Action[] parts =
        [
            () =>
            {
                pass.SetOutputGradient(gradient);
                pass.Forward();
                pass.Backward();
            },
            () => RequireConfirmed(reading.Read(path)),
            () => RequireConfirmed(watching.Read(path)),
            () => analysis.Read(path),
        ];
        List<double>[] taken = [[], [], [], []];
        for (int round = -WarmUps; round < Rounds; round++)
        {
            for (int part = 0; part < parts.Length; part++)
            {
                long begin = Stopwatch.GetTimestamp();
                parts[part]();
                if (round >= 0)
                {
                    taken[part].Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            }
        }

        double[] middle = [.. taken.Select(static times => times.Order().ElementAt(Rounds / 2))];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind.Name} | {middle[0]:F1} | {middle[1]:F1} | {middle[1] / middle[0]:F2} | {middle[2]:F1} "
            + $"| {middle[2] / middle[0]:F2} | {middle[3]:F1} |"));
    }

    private static void RequireConfirmed(ProbeReport report)
    {
        if (report.Layers[0].Trust != "confirmed")
        {
            throw new InvalidOperationException(report.Layers[0].Reason);
        }
    }

    private static NetworkPass Layer(ProbedKind kind, WorkerPool pool, out float[] gradient)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Hidden,
            Layers = [new LayerOptions(kind.Cell, Hidden)],
        });
        SplittableRandom random = new(1);
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), random);
        NetworkPass pass = new(network, Length, Batch, pool);
        pass.SetInput(Normal(random, Length * Batch * Hidden));
        gradient = Normal(random, Length * Batch * Hidden);
        pass.Forward();
        pass.SetOutputGradient(gradient);
        pass.Backward();
        return pass;
    }

    private static float[] Normal(SplittableRandom random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return values;
    }

    // As python/ writes it.
    private static void Write(ProbedKind kind, NetworkPass pass, float[] gradient, string path)
    {
        float[] states = new float[Length * Batch * Hidden];
        pass.GetTopStates(states);
        float[] input = new float[Length * Batch * Hidden];
        for (int t = 0; t < Length; t++)
        {
            pass.Layers[0].Input(t).CopyTo(input.AsSpan(t * Batch * Hidden, Batch * Hidden));
        }

        List<Tensor> tensors =
        [
            Tensor.FromSingles("call0.x", [Length, Batch, Hidden], input),
            Tensor.FromSingles("call0.y", [Length, Batch, Hidden], states),
            Tensor.FromSingles("call0.y.grad", [Length, Batch, Hidden], gradient),
        ];
        foreach (Parameter parameter in pass.Network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            foreach ((string suffix, AlignedBuffer from) in
                new[] { ("", pass.Network.Parameters), (".grad", pass.Network.Gradients) })
            {
                parameter.Export(from.Span, values);
                tensors.Add(Tensor.FromSingles(
                    $"rnn.{parameter.Name}{suffix}", [.. parameter.Shape.Select(static size => (long)size)], values));
            }
        }

        string calls = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            [{"layer": "rnn", "kind": "{{kind.Name}}", "layers": 1, "hidden": {{Hidden}}, "input": {{Hidden}},
            "bias": true, "batch_first": false, "bidirectional": false, "dropout": 0.0, "autocast": null,
            "unbatched": false, "continues": null, "replaced": []}]
            """);
        using FileStream file = File.Create(path);
        SafetensorsFile.Write(file, tensors, new Dictionary<string, string>
        {
            ["format"] = ProbeFile.Format,
            ["calls"] = calls,
            ["step"] = "0",
            ["pass"] = "0",
            ["rank"] = "0",
            ["world"] = "1",
        });
    }
}
