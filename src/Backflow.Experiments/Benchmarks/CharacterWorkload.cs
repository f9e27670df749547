using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>
/// One character through a model: the state carried on, the symbol set, the forward pass, the logits read.
/// </summary>
internal sealed class CharacterWorkload : Workload
{
    private readonly float[] _logits = new float[BenchmarkShape.VocabularySize];
    private int _symbol;

    public CharacterWorkload(BenchmarkShape shape, WorkerPool pool)
        : base(
            new NetworkOptions
            {
                VocabularySize = BenchmarkShape.VocabularySize,
                InputSize = shape.InputSize,
                Layers = Layers(shape),
                OutputSize = BenchmarkShape.VocabularySize,
            },
            sequenceLength: 1,
            batchSize: 1,
            pool)
    {
    }

    public override bool HasBackward => false;

    public override void Forward()
    {
        Pass.CarryState();
        Pass.Tokens[0] = _symbol;
        Pass.Forward();
        Pass.Head!.GetOutputs(0, _logits);
        _symbol = (_symbol + 1) % BenchmarkShape.VocabularySize;
    }

    public override void Backward()
    {
    }

    public override bool IsFinite() => Array.TrueForAll(_logits, float.IsFinite);
}
