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

    public static ExplorerAnswer Explore(ExplorerQuestion question) => Explore(question, Start(question));

    /// <summary>The answer for a network that begins otherwise than the question says.</summary>
    internal static ExplorerAnswer Explore(ExplorerQuestion question, InitialisationOptions start)
    {
        long started = Stopwatch.GetTimestamp();
        CellDescription cell = question.Validate();
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = Forward(question, start, pool);
        GateRows gates = GateMeans.Measure(pass, cell);
        double[]? slopes = cell.ElmanActivation is CellActivation activation ? Slopes(pass, activation) : null;
        ImmutableArray<double>? carousel = CarouselGain.CanMeasure(cell) ? Carousel(pass) : null;
        Backward(question, pass);

        double[] norms = new double[question.Length + 1];
        for (int t = LayerPass.Initial; t < question.Length; t++)
        {
            norms[t + 1] = pass.Layers[0].HiddenGradient(t).Norm();
        }

        ExplorerAnswer answer = Answer(question, cell, norms, slopes, gates) with
        {
            Gates = GateMeans.ByName(gates),
            Carousel = carousel,
        };
        return answer with { Milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds };
    }

    /// <summary>How the network of a question begins.</summary>
    internal static InitialisationOptions Start(ExplorerQuestion question) => new()
    {
        Scheme = InitialisationScheme.Orthogonal,
        Gain = question.Scale,
        ForgetBias = question.ForgetBias,
        ChronoMaximum = question.Chrono == 0 ? null : question.Chrono,
    };

    /// <summary>The network of a question, after its forward pass.</summary>
    internal static NetworkPass Forward(ExplorerQuestion question, InitialisationOptions start, WorkerPool pool)
    {
        SplittableRandom random = new(question.Seed);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = InputSize,
            Layers = [new LayerOptions(question.Validate(), question.Hidden)],
        });
        NetworkInitialiser.Initialise(network, start, random.Split("initialisation"));
        NetworkPass pass = new(network, question.Length, batchSize: 1, pool);
        pass.ResetState();
        pass.SetInput(Gaussians(question.Length * InputSize, random.Split("input")));
        pass.Forward();
        return pass;
    }

    /// <summary>The way back from the loss of a question.</summary>
    internal static void Backward(ExplorerQuestion question, NetworkPass pass)
    {
        pass.SetOutputGradient(LastStateGradient(question, new SplittableRandom(question.Seed).Split("loss")));
        pass.Backward();
    }

    private static ExplorerAnswer Answer(
        ExplorerQuestion question,
        CellDescription cell,
        double[] norms,
        double[]? slopes,
        GateRows gates)
    {
        int length = question.Length;
        double? stepBound = cell.ElmanActivation is null ? null : JacobianBound.LargestSlope(cell) * question.Scale;
        double? kept = GateMeans.Kept(gates, cell);
        ExplorerFormula formula = ExplorerFormulas.Of(cell, question.Scale, kept);
        double[] powers = Powers(formula.Rate, length);
        double[]? bound = stepBound is double most ? Powers(most, length) : null;
        double[] relative = [.. norms.Select(norm => norm / norms[^1])];
        ExplorerVerdict verdict = ExplorerVerdict.Of(relative[0], length);
        return new ExplorerAnswer
        {
            Norms = [.. norms[1..]],
            Relative = [.. relative[1..]],
            Factors = [.. norms.Zip(norms.Skip(1), static (before, after) => before / after)],
            Slopes = slopes is null ? null : [.. slopes],
            Formula = formula,
            Reason = Reason(cell, question.Scale, slopes, kept, ExplorerReason.MeanFactor(norms)),
            ScalarFormula = [.. powers[1..]],
            Bound = bound is null ? null : [.. bound[1..]],
            StepBound = stepBound,
            Initial = new ExplorerInitialState(norms[0], relative[0], powers[0], bound?[0]),
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

    private static ExplorerReason Reason(
        CellDescription cell, double norm, double[]? slopes, double? kept, double factor) =>
        cell.ElmanActivation is CellActivation activation && slopes is not null
            ? ExplorerReason.OfSlopes(activation, norm, Math.Exp(slopes.Average(Math.Log)), factor)
        : cell.Keep is KeepGate keep && kept is double share
            ? ExplorerReason.OfGate(cell.Gates[keep.Gate].Name, keep.KeepsWhenOpen, share, factor)
        : ExplorerReason.OfFactor(factor);

    /// <summary>√(mean φ′²) over units at each timestep, [T].</summary>
    private static double[] Slopes(NetworkPass pass, CellActivation activation)
    {
        float[] state = new float[pass.Layers[0].HiddenSize];
        double[] slopes = new double[pass.SequenceLength];
        for (int t = 0; t < slopes.Length; t++)
        {
            pass.Layers[0].Hidden(t).CopyTo(state);
            slopes[t] = Math.Sqrt(state.Average(value => Math.Pow(activation.Slope(value), 2)));
        }

        return slopes;
    }

    /// <summary>x^(T − t) for t = 0 … T.</summary>
    private static double[] Powers(double x, int length) =>
        [.. Enumerable.Range(0, length + 1).Select(t => Math.Pow(x, length - t))];

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
