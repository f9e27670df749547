using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Long sequences: gates of the last third are kept, all others computed again on the way back.</summary>
/// <remarks>
/// <code>
/// gates      │ one segment, over and over       │ kept            │
/// timestep   0                                  keptFrom          T
///
/// forward    layer by layer, segment by segment: states of all timesteps stay, gates before keptFrom are overwritten
/// backward   layer by layer from the top, segment by segment from the last:
///            gates again from the kept states;  ∂L/∂h, ∂L/∂x of the segment;  its share of the weight gradients
/// </code>
/// Recomputing is faster than the forward pass: as every hₜ₋₁ is known, nothing waits for the timestep before. Sums
/// over rows are taken in the same blocks and the same order as without segments, so every gradient has the same bits.
/// An LSTM's states and their gradients are 4·T·B·H floats; gates and tanh(c) would be 5·T·B·H more, and are a third of
/// that. Why a third: docs/decisions/recompute.md.
/// </remarks>
internal sealed class RecomputedPass : PassOrder
{
    private readonly RowStages _stages;
    private readonly LinearHead? _head;
    private readonly WeightGradients _weightGradients;
    private readonly Segments _segments;
    private readonly SegmentWork _work;

    public RecomputedPass(
        RowStages stages, LinearHead? head, WeightGradients weightGradients, Segments segments, WorkerPool pool)
        : base(pool, stages.BatchSize)
    {
        _stages = stages;
        _head = head;
        _weightGradients = weightGradients;
        _segments = segments;
        _work = new SegmentWork(this);
    }

    public override void Forward()
    {
        for (int i = 0; i < _stages.Layers.Length; i++)
        {
            for (int begin = 0; begin < _segments.SequenceLength; begin = _segments.At(begin).End)
            {
                _work.Run(Stage.Forward, i, _segments.At(begin));
            }
        }

        _work.Run(Stage.Head, 0, _stages.WholeSequence);
    }

    public override void Backward()
    {
        _work.Run(Stage.HeadBackward, 0, _stages.WholeSequence);
        for (int i = _stages.Layers.Length - 1; i >= 0; i--)
        {
            for (int end = _segments.SequenceLength; end > 0; end = _segments.At(end - 1).Begin)
            {
                _work.Run(Stage.Backward, i, _segments.At(end - 1));
                _work.Run(Stage.WeightGradients, i, _segments.At(end - 1));
            }
        }

        _work.Run(Stage.HeadWeightGradients, 0, _stages.WholeSequence);
    }

    private enum Stage
    {
        Forward,
        Head,
        HeadBackward,
        Backward,
        WeightGradients,
        HeadWeightGradients,
    }

    private sealed class SegmentWork(RecomputedPass pass) : IWorkItems
    {
        private Stage _stage;
        private int _layer;
        private Timesteps _segment;

        public void Run(Stage stage, int layer, Timesteps segment)
        {
            _stage = stage;
            _layer = layer;
            _segment = segment;
            pass._stages.Layers[layer].MoveSegment(segment.Begin, pass._segments.PlaceOf(segment));
            bool isSumOverRows = stage is Stage.WeightGradients or Stage.HeadWeightGradients;
            pass.Pool.Run(this, isSumOverRows ? pass._weightGradients.Count : pass.RowParts);
        }

        public void Execute(int item)
        {
            if (_stage == Stage.WeightGradients)
            {
                pass._weightGradients.OfLayer(pass._stages.Layers[_layer], _segment, item);
                return;
            }

            if (_stage == Stage.HeadWeightGradients)
            {
                pass._weightGradients.OfHeadAndEmbedding(item);
                return;
            }

            pass.RowsOfPart(item, out int begin, out int end);
            switch (_stage)
            {
                case Stage.Forward:
                    pass._stages.Forward(_layer, _segment, begin, end);
                    break;
                case Stage.Head:
                    pass._head?.Forward(begin, end);
                    break;
                case Stage.HeadBackward:
                    pass._head?.Backward(begin, end);
                    break;
                default:
                    pass._stages.Backward(_layer, _segment, pass._segments.AreGone(_segment), begin, end);
                    break;
            }
        }
    }
}
