using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training;

namespace Backflow.Lessons.Latch;

/// <summary>Sets a tanh unit so that it keeps a sign, and trains the same unit to do it.</summary>
/// <remarks>
/// hₜ = tanh(w·hₜ₋₁ + xₜ) has two stable states beside the unstable 0 where w is above 1 (Bengio, Simard and Frasconi
/// 1994, section III). Both networks have this one unit and a head of two classes; the one that is trained begins as
/// PyTorch's RNN does.
/// </remarks>
internal static class LatchMaker
{
    private const int Steps = 400;
    private const int Batch = 16;

    // The logits of a state near ±1 are then ±4: a loss of 0.0003 where the sign is right.
    private const float HeadWeight = 4;

    public static LatchAnswer Answer(LatchQuestion question)
    {
        LatchTask task = new(question.Timesteps, question.Noise, question.Hint) { Identity = "latch" };
        TrainingConfiguration configuration = new()
        {
            Cells = [Cells.RnnTanh.Name],
            HiddenSize = 1,
            BatchSize = Batch,
            Steps = Steps,
            LearningRate = 0.02,
            CarryState = false,
            Seed = question.Seed,
        };
        TaskData data = new(configuration, task, "latch");
        using TrainingSession training = new(configuration, data);
        double start = WeightOf(training.Network);
        ImmutableArray<double>.Builder losses = ImmutableArray.CreateBuilder<double>(Steps);
        while (training.Step < Steps && training.Advance())
        {
            losses.Add(training.Loss);
        }

        // Measured as the trained one is, by a session that makes no step.
        using TrainingSession byHand = new(configuration, data);
        SetByHand(byHand.Network, (float)question.Weight);
        return new LatchAnswer(
            LatchMeasurement.Measure(byHand, task),
            LatchMeasurement.Measure(training, task),
            losses.Count,
            task.ValidationCount,
            question.Hint,
            losses.ToImmutable(),
            start);
    }

    /// <summary>W_hh of the only unit.</summary>
    public static double WeightOf(RecurrentNetwork network)
    {
        float[] weight = new float[1];
        network.Layers[0].RecurrentWeights.Export(network.Parameters.Span, weight);
        return weight[0];
    }

    private static void SetByHand(RecurrentNetwork network, float weight)
    {
        Span<float> parameters = network.Parameters.Span;
        network.Layers[0].RecurrentWeights.Import([weight], parameters);

        // The pulse counts once, and the hint not at all.
        network.Layers[0].InputWeights.Import([1, 0], parameters);
        network.Layers[0].InputBias.Import([0], parameters);
        network.Layers[0].RecurrentBias.Import([0], parameters);
        network.HeadWeights!.Import([-HeadWeight, HeadWeight], parameters);
        network.HeadBias!.Import([0, 0], parameters);
    }
}
