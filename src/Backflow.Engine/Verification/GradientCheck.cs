using System.Collections.Immutable;
using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Verification;

/// <summary>
/// Two questions about a network's gradients: is the calculus right, and does the float engine follow it?
/// </summary>
/// <remarks>
/// The first holds the twin's backward pass against differences of its own loss: for every parameter, for x, for the
/// initial states and for the state after every timestep, that is, for every total gradient. The second holds outputs,
/// states and all gradients of the float engine against the twin on the same float inputs.
/// </remarks>
public static class GradientCheck
{
    /// <summary>Largest relative error of a gradient against its difference quotient.</summary>
    /// <remarks>
    /// |quotient − gradient| / max(|gradient|, <see cref="TensorShare"/> · largest of the tensor,
    /// <see cref="NetworkShare"/> · largest of all): relative to the entry itself, unless the entry is small beside the
    /// others. A quotient's rounding error does not shrink with the gradient, so that far below the largest it would
    /// measure noise. A wrong term shows at 10⁻³.
    /// </remarks>
    public const double DifferenceTolerance = 1e-7;

    /// <summary>
    /// The share of a tensor's largest gradient below which errors are no longer relative to the entry.
    /// </summary>
    public const double TensorShare = 1e-2;

    /// <summary>
    /// The share of the network's largest gradient below which errors are no longer relative to the entry, for layers
    /// that gradients hardly reach.
    /// </summary>
    public const double NetworkShare = 1e-4;

    /// <summary>
    /// Largest distance of the float engine from the twin, in units of the largest gradient (or state).
    /// </summary>
    /// <remarks>
    /// Both start from the same floats, and the networks drawn have a spectral radius near 0.7, so that rounding errors
    /// are not amplified without bound. States are measured against the largest state, total gradients against the
    /// largest of them in any layer, parameter gradients against the largest gradient of all; where sums happen to
    /// cancel, against what their terms amount to. Each operation rounds at 6·10⁻⁸; this number is reached by eight
    /// roundings in one direction. It holds up to <see cref="OperationsAtTolerance"/>.
    /// </remarks>
    public const double SingleTolerance = 5e-7;

    /// <summary>
    /// Multiply-adds on the longest path through the network, T·Σ(I + H) over the layers, up to which
    /// <see cref="SingleTolerance"/> holds as it stands; beyond, it grows with the root of their number, as the sum of
    /// independent rounding errors does.
    /// </summary>
    public const double OperationsAtTolerance = 1e4;

    /// <summary>The tolerance of the float engine for given sizes.</summary>
    /// <remarks>
    /// A skip hands a state on as it is, and its rounding error with it: those of T timesteps do not fade, and add up
    /// as independent ones do, with √T.
    /// </remarks>
    /// <param name="options">The network and its sizes.</param>
    /// <returns><see cref="SingleTolerance"/>, or more for long paths.</returns>
    public static double SingleToleranceOf(GradientCheckOptions options)
    {
        double operations = 0;
        for (int i = 0; i < options.Network.Layers.Length; i++)
        {
            operations += (double)options.SequenceLength
                * (options.Network.InputSizeOf(i) + options.Network.Layers[i].HiddenSize);
        }

        bool skips = options.Network.Layers.Any(static layer => layer.Cell.SkipTimesteps > 0);
        return SingleTolerance
            * Math.Sqrt(Math.Max(1, operations / OperationsAtTolerance))
            * (skips ? Math.Sqrt(options.SequenceLength) : 1);
    }

    /// <summary>Runs both checks.</summary>
    /// <param name="options">The network, its sizes and the seed.</param>
    /// <param name="cancellation">Asked before each entry.</param>
    /// <returns>What was found.</returns>
    public static GradientCheckResult Run(GradientCheckOptions options, CancellationToken cancellation = default)
    {
        PassInputs inputs = RandomInputs.Draw(options);
        ReferenceNetwork twin = inputs.CreateTwin();
        twin.Forward(inputs.DropoutKey);
        twin.Backward();
        PassResults expected = PassResults.OfTwin(twin);
        ImmutableArray<DifferenceComparison> differences =
            MeasureAll(options, inputs, twin, expected, cancellation);
        return new GradientCheckResult(
            options, differences, SingleComparison.Compare(expected, inputs, KernelSet.Widest));
    }

    private static ImmutableArray<DifferenceComparison> MeasureAll(
        GradientCheckOptions options,
        PassInputs inputs,
        ReferenceNetwork twin,
        PassResults expected,
        CancellationToken cancellation)
    {
        ImmutableArray<ProbedTensor> tensors = ProbedTensor.All(twin);
        double largest = tensors.Max(tensor => expected[$"grad.{tensor.Name}"].Max(Math.Abs));
        DifferenceQuotient quotient = new(twin, inputs.DropoutKey);
        quotient.Begin();
        ImmutableArray<DifferenceComparison>.Builder comparisons =
            ImmutableArray.CreateBuilder<DifferenceComparison>(tensors.Length);
        foreach (ProbedTensor tensor in tensors)
        {
            ImmutableArray<int> entries = Sample(tensor, options);
            double[] gradient = expected[$"grad.{tensor.Name}"];
            double floor = Math.Max(TensorShare * gradient.Max(Math.Abs), NetworkShare * largest);
            TensorDeviation worst = new(tensor.Name, 0, gradient[0], gradient[0], 0);
            int kinks = 0;
            foreach (int entry in entries)
            {
                cancellation.ThrowIfCancellationRequested();
                double? measured = quotient.Measure(tensor.Value(entry), tensor.ShiftOf(entry));
                kinks += measured is null ? 1 : 0;
                if (measured is double numeric && RelativeError(numeric, gradient[entry], floor) is double error
                    && error > worst.Deviation)
                {
                    worst = new TensorDeviation(tensor.Name, entry, gradient[entry], numeric, error);
                }
            }

            comparisons.Add(new DifferenceComparison(
                tensor.Name, tensor.Entries, entries.Length - kinks, kinks, worst));
        }

        return comparisons.ToImmutable();
    }

    private static double RelativeError(double measured, double gradient, double floor)
    {
        double difference = Math.Abs(measured - gradient);
        double error = difference == 0 ? 0 : difference / Math.Max(Math.Abs(gradient), floor);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    // Every entry, or a seeded sample without repetition.
    private static ImmutableArray<int> Sample(ProbedTensor tensor, GradientCheckOptions options)
    {
        int[] entries = [.. Enumerable.Range(0, tensor.Entries)];
        if (entries.Length <= options.EntriesPerTensor)
        {
            return [.. entries];
        }

        new SplittableRandom(options.Seed).Split("sample").Split(tensor.Name).Shuffle<int>(entries);
        return [.. entries.Take(options.EntriesPerTensor).Order()];
    }
}
