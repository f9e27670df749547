namespace Backflow.Engine;

/// <summary>Every row through all layers and timesteps at once: threads meet three times in a step.</summary>
internal sealed class WholePass : PassOrder
{
    private readonly RowStages _stages;
    private readonly LinearHead? _head;
    private readonly WeightGradients _weightGradients;
    private readonly ForwardRows _forwardRows;
    private readonly BackwardRows _backwardRows;

    public WholePass(RowStages stages, LinearHead? head, WeightGradients weightGradients, WorkerPool pool)
        : base(pool, stages.BatchSize)
    {
        _stages = stages;
        _head = head;
        _weightGradients = weightGradients;
        _forwardRows = new ForwardRows(this);
        _backwardRows = new BackwardRows(this);
    }

    public override void Forward() => Pool.Run(_forwardRows, RowParts);

    public override void Backward()
    {
        BackwardStates();
        Pool.Run(_weightGradients, _weightGradients.Count);
    }

    public override void BackwardStates() => Pool.Run(_backwardRows, RowParts);

    private sealed class ForwardRows(WholePass pass) : IWorkItems
    {
        public void Execute(int item)
        {
            pass.RowsOfPart(item, out int begin, out int end);
            for (int layer = 0; layer < pass._stages.Layers.Length; layer++)
            {
                pass._stages.Forward(layer, pass._stages.WholeSequence, begin, end);
            }

            pass._head?.Forward(begin, end);
        }
    }

    private sealed class BackwardRows(WholePass pass) : IWorkItems
    {
        public void Execute(int item)
        {
            pass.RowsOfPart(item, out int begin, out int end);
            pass._head?.Backward(begin, end);
            for (int layer = pass._stages.Layers.Length - 1; layer >= 0; layer--)
            {
                pass._stages.Backward(layer, pass._stages.WholeSequence, recomputes: false, begin, end);
            }
        }
    }
}
