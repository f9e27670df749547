using Backflow.Engine;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Samples;

/// <summary>Registers a cell of one's own, the minimal gated unit, and trains it on the echo task.</summary>
/// <remarks>
/// f = σ(a_f), n = tanh(W·xₜ + R·(f ⊙ hₜ₋₁) + b), hₜ = (1 − f) ⊙ hₜ₋₁ + f ⊙ n: Zhou, Wu, Zhang &amp; Zhou 2016, eq. 6.
/// The equations are written per unit; products, packing and threads are the engine's.
/// </remarks>
internal static class YourOwnCell
{
    private const int Forget = 0;
    private const int Candidate = 1;

    public static void Run()
    {
        Cells.Register(new CellDescription(new MinimalGatedUnit())
        {
            Name = "sample-mgu",
            Title = "Minimal gated unit",
            Gates =
            [
                new CellGate("forget", "f", CellActivation.Sigmoid),
                new CellGate("candidate", "n", CellActivation.Tanh) { ReadsMaskedState = true },
            ],
            MaskGate = Forget,
            Keep = new KeepGate(Forget, KeepsWhenOpen: false),
        });
        TrainingConfiguration configuration = new()
        {
            Task = "echo",
            Cells = ["sample-mgu"],
            HiddenSize = 64,
            EmbeddingSize = 16,
            Steps = 600,
            LearningRate = 0.01,
        };
        using TrainingRun run = new(
            TrainingSession.Create(configuration), new MemoryRecord(), new SilentObserver(), TimeProvider.System);
        TrainingSummary summary = run.Train(CancellationToken.None);
        Console.WriteLine($"symbols echoed: {summary.Success:P0} with {summary.Parameters} parameters");
    }

    private sealed class MinimalGatedUnit : ICellEquations<float>
    {
        public void Mask(in CellMask<float> step)
        {
            for (int j = 0; j < step.Masked.Length; j++)
            {
                step.Masked[j] = step.Gate(Forget)[j] * step.HiddenBefore[j];
            }
        }

        public void Forward(in CellForward<float> step)
        {
            for (int j = 0; j < step.Hidden.Length; j++)
            {
                // hₜ = (1 − f)·hₜ₋₁ + f·n
                float before = step.HiddenBefore[j];
                step.Hidden[j] = before + (step.Gate(Forget)[j] * (step.Gate(Candidate)[j] - before));
            }
        }

        public void Backward(in CellBackward<float> step)
        {
            for (int j = 0; j < step.DHidden.Length; j++)
            {
                // ∂L/∂f = ∂L/∂h·(n − hₜ₋₁), ∂L/∂n = ∂L/∂h·f, ∂L/∂hₜ₋₁ += ∂L/∂h·(1 − f)
                float dh = step.DHidden[j];
                float f = step.Gate(Forget)[j];
                step.DGate(Forget)[j] = dh * (step.Gate(Candidate)[j] - step.HiddenBefore[j]);
                step.DGate(Candidate)[j] = dh * f;
                step.DHiddenBefore[j] += dh * (1 - f);
            }
        }

        public void BackwardMask(in CellMaskBackward<float> step)
        {
            for (int j = 0; j < step.DMasked.Length; j++)
            {
                // The candidate reads f ⊙ hₜ₋₁: ∂L/∂f += ∂L/∂m·hₜ₋₁, ∂L/∂hₜ₋₁ += ∂L/∂m·f
                step.DGate(Forget)[j] += step.DMasked[j] * step.HiddenBefore[j];
                step.DHiddenBefore[j] += step.DMasked[j] * step.Gate(Forget)[j];
            }
        }
    }
}
