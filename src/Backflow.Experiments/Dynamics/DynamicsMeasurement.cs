using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Dynamics;

/// <summary>Measures one layer of a pass that has gone forward and backward over held-out sequences.</summary>
internal static class DynamicsMeasurement
{
    /// <summary>Exponents that are measured: each costs O(S²) per timestep.</summary>
    private const int MostExponents = 16;

    public static LayerDynamics Measure(NetworkPass pass, int layer, int timestep, CancellationToken cancellation)
    {
        LayerTrajectory[] trajectories =
            [.. Enumerable.Range(0, pass.BatchSize).Select(sequence => LayerTrajectory.Read(pass, layer, sequence))];
        LayerTrajectory first = trajectories[0];
        LayerDynamics none = new()
        {
            Layer = layer,
            Cell = first.Cell.Name,
            State = first.StateSize > first.HiddenSize ? "(h, c)" : "h",
            StateSize = first.StateSize,
            Sentence = string.Empty,
        };
        if (!Linearisations.IsKnown(first.Cell))
        {
            string why = $"The dynamics of layer {layer} are not measured: the cell '{first.Cell.Name}' has no "
                + "formulas for its Jacobian.";
            return none with { Sentence = why, NotMeasured = why };
        }

        double[] jacobian = StepJacobian.Compute(first, timestep);
        LyapunovSpectrum lyapunov = LyapunovSpectrum.Measure(
            trajectories, Math.Min(MostExponents, first.StateSize), cancellation);
        double? bound = JacobianBound.PerTimestep(first);
        SpectrumResult spectrum = Spectrum.Compute(jacobian, first.StateSize);
        return none with
        {
            Sentence = DynamicsText.Sentence(layer, lyapunov, first.SequenceLength),
            Jacobian = [.. jacobian.Select(static element => (float)element)],
            SingularValues = spectrum.SingularValues,
            Eigenvalues =
                [.. spectrum.Eigenvalues.Select(static value => new Eigenvalue(value.Real, value.Imaginary))],
            Product =
            [
                .. JacobianDecay.Measure(first, cancellation).Select(lag => new BoundedLag(
                    lag.Lag, lag.Largest, lag.Smallest, bound is double factor ? Math.Pow(factor, lag.Lag) : null)),
            ],
            BoundPerTimestep = bound,
            Lyapunov = lyapunov,
            Split = Split(pass, layer, first.Cell),
        };
    }

    private static DecaySplit? Split(NetworkPass pass, int layer, CellDescription cell)
    {
        if (!GradientFactors.CanMeasure(cell) || pass.SequenceLength < 2)
        {
            return null;
        }

        GradientFactors[] factors =
        [
            .. Enumerable.Range(0, pass.BatchSize)
                .Select(sequence => GradientFactors.Measure(pass, layer, sequence)),
        ];
        return new DecaySplit(
            GradientFactors.ElementwiseName(cell),
            Mean(factors, static one => one.Elementwise),
            GradientFactors.RestName(cell),
            Mean(factors, static one => one.Rest),
            [
                .. GradientFactors.PathNames(cell).Select((name, gate) => new DecayTerm(
                    name, Mean(factors, one => one.Paths[gate]))),
            ]);
    }

    private static double Mean(GradientFactors[] factors, Func<GradientFactors, IReadOnlyList<double>> row) =>
        factors.SelectMany(row).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
