using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>Recurrent layers alone: forward, then backward from ∂L/∂y to ∂L/∂x, all weights and biases.</summary>
/// <remarks>
/// ∂L/∂y is put where the engine reads it before the time begins: in training the head, or the layer above, writes it
/// there, and it is rewritten because the engine puts the total gradient in its place.
/// </remarks>
internal sealed class LayerWorkload : Workload
{
    private readonly float[] _dOutput;

    public LayerWorkload(BenchmarkShape shape, WorkerPool pool, bool recompute = false)
        : base(
            new NetworkOptions { InputSize = shape.InputSize, Layers = Layers(shape) },
            shape.SequenceLength,
            shape.BatchSize,
            pool,
            recompute)
    {
        int rows = shape.SequenceLength * shape.BatchSize;
        Pass.SetInput(Gaussian(Random.Split("input"), rows * shape.InputSize, scale: 1));
        _dOutput = Gaussian(Random.Split("output gradient"), rows * shape.HiddenSize, scale: 1.0 / rows);
    }

    public override void Prepare() => Pass.SetOutputGradient(_dOutput);

    public override void Backward() => Pass.Backward();

    public override bool IsFinite() =>
        GradientClipping.Norm(Network.Gradients.Span) is double norm && double.IsFinite(norm) && norm > 0;
}
