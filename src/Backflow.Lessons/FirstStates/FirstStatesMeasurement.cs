using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Lessons.FirstStates;

/// <summary>Measures an untrained network whose loss is the sum of its last state.</summary>
/// <remarks>
/// 64 tanh units with PyTorch's start read 64 features of N(0, 1). Between the two gradients lies one Jacobian:
/// ∂L/∂h₀ = (∂h₁/∂h₀)ᵀ·∂L/∂h₁ (docs/mathematics/elman.md).
/// </remarks>
internal static class FirstStatesMeasurement
{
    private const int Units = 64;

    private static readonly ImmutableArray<int> Lengths = [10, 50, 100, 200];

    public static FirstStatesAnswer Answer(QuestionValues values)
    {
        SplittableRandom random = new((ulong)values.Whole("seed", 1, 0, long.MaxValue));
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Units,
            Layers = [new LayerOptions(Cells.RnnTanh, Units)],
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), random.Split("initialisation"));
        using WorkerPool pool = new(threads: 1);
        return new FirstStatesAnswer([.. Lengths.Select(length => Measure(network, length, random, pool))]);
    }

    private static FirstStatesRow Measure(
        RecurrentNetwork network, int length, SplittableRandom random, WorkerPool pool)
    {
        NetworkPass pass = new(network, length, batchSize: 1, pool);
        SplittableRandom own = random.Split((ulong)length);
        pass.ResetState();
        pass.SetInput([.. Enumerable.Range(0, length * Units).Select(_ => (float)own.NextGaussian())]);
        pass.Forward();

        // ∂(Σ h)/∂h of the last timestep is 1 everywhere, and nothing before it has a loss.
        float[] gradient = new float[length * Units];
        gradient.AsSpan(gradient.Length - Units).Fill(1);
        pass.SetOutputGradient(gradient);
        pass.Backward();
        LayerPass layer = pass.Layers[0];
        return new FirstStatesRow(
            length, layer.HiddenGradient(LayerPass.Initial).Norm(), layer.HiddenGradient(0).Norm());
    }
}
