using Backflow.Engine;

namespace Backflow.Training.Tests.Recording;

/// <summary>
/// Takes the numbers of a step from the pass by plain loops in double, and lets telemetry take them too.
/// </summary>
internal sealed class DirectMeasurement(TrainingSession session, IStepObserver inner) : IStepObserver
{
    private readonly List<bool> _clipped = [];
    private float[] _before = [];

    public Dictionary<(string Column, int Layer, long Step), double[]> Rows { get; } = [];

    public Dictionary<(string Column, long Step), double> Scalars { get; } = [];

    private NetworkPass Pass => session.Pass;

    public void AfterForward(long step)
    {
        inner.AfterForward(step);
        for (int layer = 0; layer < 2; layer++)
        {
            string[] gates = layer == 0 ? ["input", "forget", "candidate", "output"] : ["reset", "update", "candidate"];
            for (int gate = 0; gate < gates.Length; gate++)
            {
                Gate(step, layer, gate, gates[gate]);
            }

            double[][] states = ByTimestep((t, values) => Pass.Layers[layer].Hidden(t).CopyTo(values));
            Rows[("unit-saturation", layer, step)] = Means(states, static h => Math.Abs(h) > 0.9f ? 1 : 0);
            int width = session.Configuration.HiddenSize;
            int dead = Enumerable.Range(0, width).Count(unit => states
                .SelectMany(row => row.Where((_, i) => i % width == unit)).All(static h => Math.Abs(h) > 0.9f));
            Scalars[($"dead-unit-share:{layer}", step)] = (double)dead / width;
        }

        Carousel(step);
    }

    public void AfterBackward(long step)
    {
        inner.AfterBackward(step);
        Scalars[("gradient-norm", step)] = Norm(session.Network.Gradients.Span);
        for (int layer = 0; layer < 2; layer++)
        {
            double[] total = Norms(t => Pass.Layers[layer].HiddenGradient(t).ToArray());
            Rows[("total-gradient-norm", layer, step)] = total;
            Scalars[($"gradient-horizon:{layer}", step)] =
                Enumerable.Range(0, total.Length).Last(lag => total[^(lag + 1)] > 0.01 * total[^1]);
            Scalars[($"gradient-decay:{layer}", step)] = Decay(total);
            Scalars[($"layer-gradient-norm:{layer}", step)] = Norm(
            [
                .. session.Network.Layout.Parameters
                    .Where(parameter => parameter.Name.EndsWith($"_l{layer}", StringComparison.Ordinal))
                    .SelectMany(parameter => session.Network.Gradients.Span[parameter.Range].ToArray()),
            ]);
        }

        Rows[("cell-gradient-norm", 0, step)] = Norms(t => Pass.Layers[0].CellGradient(t).ToArray());
    }

    public void BeforeUpdate(long step)
    {
        inner.BeforeUpdate(step);
        _before = session.Network.Parameters.Span.ToArray();
        double clipped = Norm(session.Network.Gradients.Span);
        _clipped.Add(clipped < session.GradientNorm);
        Scalars[("clipped-gradient-norm", step)] = clipped;
        Scalars[("clipped-step-share", step)] = _clipped.Average(static clipped => clipped ? 1 : 0);
    }

    public void AfterUpdate(long step)
    {
        inner.AfterUpdate(step);
        (string Group, string Beginning)[] groups =
        [
            ("recurrent", "weight_hh"),
            ("input", "weight_ih"),
            ("bias", "bias"),
            ("embedding", "embedding"),
            ("head", "head"),
        ];
        foreach ((string group, string beginning) in groups)
        {
            double update = 0;
            double weight = 0;
            foreach (Parameter parameter in session.Network.Layout.Parameters
                .Where(parameter => parameter.Name.StartsWith(beginning, StringComparison.Ordinal)))
            {
                float[] before = new float[parameter.Count];
                float[] after = new float[parameter.Count];
                parameter.Export(_before, before);
                parameter.Export(session.Network.Parameters.Span, after);
                update += before.Zip(after, static (a, b) => Math.Pow((double)b - a, 2)).Sum();
                weight += before.Sum(static a => (double)a * a);
            }

            Scalars[($"update-to-weight-ratio:{group}", step)] = Math.Sqrt(update / weight);
        }
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    // The slope of ln n against the lag, by the textbook's centred sums.
    private static double Decay(double[] norms)
    {
        double[] logarithms = [.. norms.Reverse().Select(static norm => Math.Log(norm))];
        double middle = (norms.Length - 1) / 2.0;
        double mean = logarithms.Average();
        double covariance = logarithms.Select((value, lag) => (lag - middle) * (value - mean)).Sum();
        double variance = Enumerable.Range(0, norms.Length).Sum(lag => (lag - middle) * (lag - middle));
        return Math.Exp(covariance / variance);
    }

    private static double[] Means(double[][] rows, Func<double, double> of) => [.. rows.Select(row => row.Average(of))];

    private double[] Norms(Func<int, float[]> at) =>
        [.. Enumerable.Range(0, Pass.SequenceLength).Select(t => Norm(at(t)))];

    private double[][] ByTimestep(Action<int, float[]> read) =>
    [
        .. Enumerable.Range(0, Pass.SequenceLength).Select(t =>
        {
            float[] values = new float[Pass.BatchSize * session.Configuration.HiddenSize];
            read(t, values);
            return Array.ConvertAll(values, static value => (double)value);
        }),
    ];

    private void Gate(long step, int layer, int gate, string name)
    {
        double[][] values = ByTimestep((t, buffer) => Pass.Layers[layer].Gate(gate, t, buffer));
        bool isCandidate = name == "candidate";
        Rows[($"gate-mean:{name}", layer, step)] = Means(values, static y => y);
        Rows[($"gate-share-below:{name}", layer, step)] =
            Means(values, y => (isCandidate ? Math.Abs(y) : y) < 0.1f ? 1 : 0);
        Rows[($"gate-share-above:{name}", layer, step)] =
            Means(values, y => (isCandidate ? Math.Abs(y) : y) > 0.9f ? 1 : 0);
        Rows[($"gate-mean-derivative:{name}", layer, step)] =
            Means(values, y => isCandidate ? 1 - (y * y) : y * (1 - y));
    }

    // √(mean over units and sequences of the squared product of all later forget gates), each product from its start.
    private void Carousel(long step)
    {
        const int Forget = 1;
        double[][] forget = ByTimestep((t, buffer) => Pass.Layers[0].Gate(Forget, t, buffer));
        double Product(int t, int unit) =>
            forget.Skip(t + 1).Aggregate(1.0, (product, gates) => product * gates[unit]);

        Rows[("carousel-gain", 0, step)] =
        [
            .. Enumerable.Range(0, forget.Length).Select(t => Math.Sqrt(
                Enumerable.Range(0, forget[0].Length).Average(unit => Math.Pow(Product(t, unit), 2)))),
        ];
    }
}
