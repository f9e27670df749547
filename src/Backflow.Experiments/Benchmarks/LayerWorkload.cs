using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>Recurrent layers alone: forward, then backward from ∂L/∂y to ∂L/∂x, all weights and biases.</summary>
/// <remarks>
/// Handing ∂L/∂y over is a copy that belongs to the time: the engine puts the total gradient in its place, so a caller
/// has to hand it over before every backward pass.
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

    public override void Backward()
    {
        Pass.SetOutputGradient(_dOutput);
        Pass.Backward();
    }

    public override bool IsFinite() =>
        GradientClipping.Norm(Network.Gradients.Span) is double norm && double.IsFinite(norm) && norm > 0;
}
