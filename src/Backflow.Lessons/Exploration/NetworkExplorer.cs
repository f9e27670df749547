using System.Collections.Immutable;
using System.Diagnostics;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exploration;

/// <summary>Answers a question about an untrained network with the engine that trains.</summary>
/// <remarks>
/// R, or each gate's block of it, is scale × a random orthogonal matrix, so that σ₁ = ρ = scale: known, and not
/// measured, because a spectrum takes longer than all the rest. W is Glorot's; biases are 0 but for the forget gate.
/// Inputs are eight features of N(0, 1) per timestep. The loss is u·h of the last state with a random direction u of
/// length 1, so that the gradient of that state has norm 1.
/// </remarks>
internal static class NetworkExplorer
{
    private const int InputSize = 8;

    public static ExplorerAnswer Explore(ExplorerQuestion question)
    {
        long started = Stopwatch.GetTimestamp();
        CellDescription cell = question.Validate();
        SplittableRandom random = new(question.Seed);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = InputSize,
            Layers = [new LayerOptions(cell, question.Hidden)],
        });
        InitialisationOptions start = new()
        {
            Scheme = InitialisationScheme.Orthogonal,
            Gain = question.Scale,
            ForgetBias = question.ForgetBias,
        };
        NetworkInitialiser.Initialise(network, start, random.Split("initialisation"));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, question.Length, batchSize: 1, pool);
        pass.ResetState();
        pass.SetInput(Gaussians(question.Length * InputSize, random.Split("input")));
        pass.Forward();
        ImmutableSortedDictionary<string, ImmutableArray<double>> gates = Gates(pass, cell);
        ImmutableArray<double>? carousel = CarouselGain.CanMeasure(cell) ? Carousel(pass) : null;
        pass.SetOutputGradient(LastStateGradient(question, random.Split("loss")));
        pass.Backward();

        ExplorerAnswer answer = Answer(question, cell, pass) with
        {
            Gates = gates,
            Carousel = carousel,
        };
        return answer with { Milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds };
    }

    private static ExplorerAnswer Answer(ExplorerQuestion question, CellDescription cell, NetworkPass pass)
    {
        int length = question.Length;
        double[] norms = new double[length + 1];
        for (int t = LayerPass.Initial; t < length; t++)
        {
            norms[t + 1] = pass.Layers[0].HiddenGradient(t).Norm();
        }

        bool hasBound = cell.ElmanActivation is not null;
        double slope = hasBound ? JacobianBound.LargestSlope(cell) : 1;
        double[] formula = Powers(question.Scale * slope, length);
        double[] bound = Powers(question.Scale * slope, length);
        double[] relative = [.. norms.Select(norm => norm / norms[^1])];
        ExplorerVerdict verdict = ExplorerVerdict.Of(relative[0], length);
        return new ExplorerAnswer
        {
            Norms = [.. norms[1..]],
            Relative = [.. relative[1..]],
            ScalarFormula = [.. formula[1..]],
            Bound = hasBound ? [.. bound[1..]] : null,
            Initial = new ExplorerInitialState(norms[0], relative[0], formula[0], hasBound ? bound[0] : null),
            Gates = ImmutableSortedDictionary<string, ImmutableArray<double>>.Empty,
            Carousel = null,
            Sigma1 = question.Scale,
            Rho = question.Scale,
            Horizon = GradientHorizon.Measure([.. norms.Select(static norm => (float)norm)]).Horizon,
            Verdict = verdict.Name,
            Sentence = verdict.Sentence,
            Threshold = verdict.Threshold,
        };
    }

    /// <summary>x^(T − t) for t = 0 … T.</summary>
    private static double[] Powers(double x, int length) =>
        [.. Enumerable.Range(0, length + 1).Select(t => Math.Pow(x, length - t))];

    private static ImmutableSortedDictionary<string, ImmutableArray<double>> Gates(
        NetworkPass pass, CellDescription cell)
    {
        ImmutableSortedDictionary<string, ImmutableArray<double>>.Builder gates =
            ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<double>>(StringComparer.Ordinal);
        GateRows rows = new(cell, pass.SequenceLength);
        GateStatistics.Measure(pass.Layers[0], rows);
        for (int gate = 0; gate < rows.Gates.Length; gate++)
        {
            gates.Add(rows.Gates[gate], [.. rows.Mean(gate).ToArray().Select(static mean => (double)mean)]);
        }

        return gates.ToImmutable();
    }

    private static ImmutableArray<double> Carousel(NetworkPass pass)
    {
        float[] gains = new float[pass.SequenceLength];
        new CarouselGain().Measure(pass.Layers[0], gains);
        return [.. gains.Select(static gain => (double)gain)];
    }

    private static float[] Gaussians(int count, SplittableRandom random)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return values;
    }

    private static float[] LastStateGradient(ExplorerQuestion question, SplittableRandom random)
    {
        float[] direction = Gaussians(question.Hidden, random);
        double norm = GradientClipping.Norm(direction);
        float[] gradient = new float[question.Length * question.Hidden];
        int first = gradient.Length - question.Hidden;
        for (int i = 0; i < direction.Length; i++)
        {
            gradient[first + i] = (float)(direction[i] / norm);
        }

        return gradient;
    }
}
