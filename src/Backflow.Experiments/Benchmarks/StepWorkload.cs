using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>
/// The training step of a character model: embedding, layers, head, cross-entropy, backward, clipping, Adam.
/// </summary>
internal sealed class StepWorkload : Workload
{
    private const double LearningRate = 2e-3;
    private const double MaximumNorm = 5;

    private readonly Optimizer _optimizer;

    public StepWorkload(BenchmarkShape shape, WorkerPool pool)
        : base(
            new NetworkOptions
            {
                VocabularySize = BenchmarkShape.VocabularySize,
                InputSize = shape.InputSize,
                Layers = Layers(shape),
                OutputSize = BenchmarkShape.VocabularySize,
            },
            shape.SequenceLength,
            shape.BatchSize,
            pool) => _optimizer = new Optimizer(Network, new OptimizerOptions { Kind = OptimizerKind.Adam });

    /// <summary>Draws a new batch: a model that knows its only batch by heart has gradients that vanish.</summary>
    public override void Prepare()
    {
        Draw(Pass.Tokens);
        Draw(Pass.Head!.Targets);
    }

    public override void Backward()
    {
        Pass.Backward();
        Span<float> gradients = Network.Gradients.Span;
        GradientClipping.ByNorm(gradients, GradientClipping.Norm(gradients), MaximumNorm);
        _optimizer.Update(LearningRate);
    }

    public override bool IsFinite() => double.IsFinite(Pass.Head!.Loss) && Pass.Head.Loss > 0;

    private void Draw(Span<int> symbols)
    {
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = Random.NextInt32(BenchmarkShape.VocabularySize);
        }
    }
}
