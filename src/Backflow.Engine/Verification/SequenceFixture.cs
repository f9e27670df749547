using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>Fixtures of stacks in PyTorch's conventions: kinds <c>rnn_…</c>, <c>lstm</c>, <c>gru</c>.</summary>
internal static class SequenceFixture
{
    public static FixtureCase Read(Fixture fixture, CellDescription cell)
    {
        int gates = cell.Gates.Length;
        FixtureSizes sizes = FixtureSizes.Read(fixture, gates);
        (int layers, int i, int h, int t, int b) = (sizes.Layers, sizes.I, sizes.H, sizes.T, sizes.B);
        bool hasCell = cell.HasCellState;
        Dictionary<string, double[]> parameters = [];
        for (int k = 0; k < layers; k++)
        {
            parameters[$"weight_ih_l{k}"] = fixture.Take($"weight_ih_l{k}", gates * h, k == 0 ? i : h);
            parameters[$"weight_hh_l{k}"] = fixture.Take($"weight_hh_l{k}", gates * h, h);
            parameters[$"bias_ih_l{k}"] = fixture.Take($"bias_ih_l{k}", gates * h);
            parameters[$"bias_hh_l{k}"] = fixture.Take($"bias_hh_l{k}", gates * h);
        }

        double[][] PerLayer(string name, bool isRecorded = true) => isRecorded
            ? [.. fixture.Take(name, layers, b, h).Chunk(b * h)]
            : [.. Enumerable.Repeat(Array.Empty<double>(), layers)];

        PassInputs inputs = new()
        {
            Options = sizes.Network(cell),
            SequenceLength = t,
            BatchSize = b,
            Parameters = parameters,
            Input = fixture.Take("x", t, b, i),
            InitialHidden = PerLayer("h0"),
            InitialCell = PerLayer("c0", hasCell),
            OutputGradient = fixture.Take("dy", t, b, h),
            FinalHiddenGradient = PerLayer("dhT"),
            FinalCellGradient = PerLayer("dcT", hasCell),
        };
        return new FixtureCase(cell, inputs, [.. Expectations(fixture, sizes, inputs, hasCell)]);
    }

    /// <summary>The loss of the fixtures, Σ y·dy + Σ hT·dhT + Σ cT·dcT, on the scale of its terms.</summary>
    public static FixtureExpectation Loss(
        Fixture fixture, PassInputs inputs, ReadOnlySpan<double> y, ReadOnlySpan<double> hT, ReadOnlySpan<double> cT)
    {
        double terms = LinearLoss.SumOfMagnitudes(inputs.OutputGradient, y)
            + LinearLoss.SumOfMagnitudes([.. inputs.FinalHiddenGradient.SelectMany(static values => values)], hT)
            + LinearLoss.SumOfMagnitudes([.. inputs.FinalCellGradient.SelectMany(static values => values)], cT);
        return new FixtureExpectation("loss", fixture.Take("loss", 1), static results => results["loss"], terms);
    }

    private static IEnumerable<FixtureExpectation> Expectations(
        Fixture fixture, FixtureSizes sizes, PassInputs inputs, bool hasCell)
    {
        (int layers, int i, int h, int t, int b) = (sizes.Layers, sizes.I, sizes.H, sizes.T, sizes.B);
        string top = $"h_l{layers - 1}";
        double[] y = fixture.Take("y", t, b, h);
        double[] finalHidden = fixture.Take("hT", layers, b, h);
        double[] finalCell = hasCell ? fixture.Take("cT", layers, b, h) : [];
        yield return new("y", y, results => results[top]);
        yield return new("hT", finalHidden, results => Stack(results, "h_l", layers, last: b * h));
        if (hasCell)
        {
            yield return new("cT", finalCell, results => Stack(results, "c_l", layers, last: b * h));
        }

        yield return Loss(fixture, inputs, y, finalHidden, finalCell);
        foreach (string name in inputs.Parameters.Keys)
        {
            int[] shape = name.StartsWith("bias", StringComparison.Ordinal)
                ? [sizes.Gates * h]
                : [sizes.Gates * h, inputs.Parameters[name].Length / (sizes.Gates * h)];
            yield return new($"grad.{name}", fixture.Take($"grad.{name}", shape), results => results[$"grad.{name}"]);
        }

        yield return new("grad.x", fixture.Take("grad.x", t, b, i), static results => results["grad.x"]);
        ImmutableArray<string> states = hasCell ? ["h", "c"] : ["h"];
        foreach (string state in states)
        {
            yield return new(
                $"grad.{state}0",
                fixture.Take($"grad.{state}0", layers, b, h),
                results => Stack(results, $"grad.{state}0_l", layers, last: b * h));
            for (int k = 0; k < layers; k++)
            {
                string name = $"{state}_l{k}";
                string gradient = $"grad.{name}";
                yield return new(gradient, fixture.Take(gradient, t, b, h), results => results[gradient]);
                if (fixture.Has(name))
                {
                    yield return new(name, fixture.Take(name, t, b, h), results => results[name]);
                }
            }
        }
    }

    // The final entries of a tensor that each layer has, layer after layer.
    private static double[] Stack(PassResults results, string prefix, int layers, int last) =>
        [.. Enumerable.Range(0, layers).SelectMany(k => results[$"{prefix}{k}"][^last..])];
}
