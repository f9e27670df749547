using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>
/// Fixtures of kind <c>seedgru</c>: one layer with reset before the product, a matrix per gate, no biases.
/// </summary>
internal static class SeedGruFixture
{
    private const int Gates = 3;

    /// <summary>The gates in storage order, as the fixture names them.</summary>
    private static readonly ImmutableArray<string> GateNames = ["r", "z", "h"];

    public static FixtureCase Read(Fixture fixture)
    {
        FixtureSizes sizes = FixtureSizes.Read(fixture, Gates);
        if (sizes.Layers != 1)
        {
            throw new InvalidDataException(
                $"A fixture of kind 'seedgru' has one layer; its metadata say {sizes.Layers}.");
        }

        (int i, int h, int t, int b) = (sizes.I, sizes.H, sizes.T, sizes.B);
        PassInputs inputs = new()
        {
            Options = sizes.Network(Cells.GruResetBefore),
            SequenceLength = t,
            BatchSize = b,
            Parameters = new Dictionary<string, double[]>
            {
                ["weight_ih_l0"] = [.. GateNames.SelectMany(gate => fixture.Take($"W{gate}", h, i))],
                ["weight_hh_l0"] = [.. GateNames.SelectMany(gate => fixture.Take($"U{gate}", h, h))],
                ["bias_ih_l0"] = new double[Gates * h],
                ["bias_hh_l0"] = new double[Gates * h],
            },
            Input = fixture.Take("x", t, b, i),
            InitialHidden = [fixture.Take("h0", b, h)],
            InitialCell = [[]],
            OutputGradient = fixture.Take("dy", t, b, h),
            FinalHiddenGradient = [fixture.Take("dhT", b, h)],
            FinalCellGradient = [[]],
        };
        return new FixtureCase(Cells.GruResetBefore, inputs, [.. Expectations(fixture, sizes, inputs)]);
    }

    private static IEnumerable<FixtureExpectation> Expectations(Fixture fixture, FixtureSizes sizes, PassInputs inputs)
    {
        (int i, int h, int t, int b) = (sizes.I, sizes.H, sizes.T, sizes.B);
        double[] y = fixture.Take("y", t, b, h);
        double[] finalHidden = fixture.Take("hT", b, h);
        yield return new("y", y, static results => results["h_l0"]);
        yield return new("hT", finalHidden, results => results["h_l0"][^(b * h)..]);
        yield return SequenceFixture.Loss(fixture, inputs, y, finalHidden, []);
        for (int k = 0; k < Gates; k++)
        {
            int gate = k;
            string w = $"grad.W{GateNames[gate]}";
            string u = $"grad.U{GateNames[gate]}";
            yield return new(w, fixture.Take(w, h, i), results => Block(results, "grad.weight_ih_l0", gate));
            yield return new(u, fixture.Take(u, h, h), results => Block(results, "grad.weight_hh_l0", gate));
        }

        yield return new("grad.x", fixture.Take("grad.x", t, b, i), static results => results["grad.x"]);
        yield return new("grad.h0", fixture.Take("grad.h0", b, h), static results => results["grad.h0_l0"]);
        yield return new("grad.h_l0", fixture.Take("grad.h_l0", t, b, h), static results => results["grad.h_l0"]);
    }

    private static double[] Block(PassResults results, string name, int gate)
    {
        int length = results[name].Length / Gates;
        return results[name][(gate * length)..((gate + 1) * length)];
    }
}
