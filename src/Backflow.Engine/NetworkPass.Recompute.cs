using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <content>Long sequences: gates of the last third are kept, all others computed again on the way back.</content>
/// <remarks>
/// <code>
/// gates      │ one window, over and over        │ kept            │
/// timestep   0                                  _keptFrom         T
///
/// forward    layer by layer, window by window:  states of all timesteps stay, gates before _keptFrom are overwritten
/// backward   layer by layer from the top, window by window from the last:
///            gates again from the kept states;  ∂L/∂h, ∂L/∂x of the window;  its share of the weight gradients
/// </code>
/// Recomputing is faster than the forward pass: as every hₜ₋₁ is known, nothing waits for the timestep before. Sums
/// over rows are taken in the same blocks and the same order as without windows, so every gradient has the same bits.
/// An LSTM's states and their gradients are 4·T·B·H floats; gates and tanh(c) would be 5·T·B·H more, and are a third of
/// that. Why a third: docs/decisions/recompute.md.
/// </remarks>
public sealed unsafe partial class NetworkPass
{
    // Rows of gates that fit the second-level cache, in whole blocks of the weight gradients' sum.
    private const int WindowBlocks = 3;

    /// <summary>Gates of one timestep in three are kept.</summary>
    private const int KeptShare = 3;

    private readonly Windows _windows;

    /// <summary>Whether gates of the first timesteps are not kept, but computed again on the way back.</summary>
    /// <remarks>Gates and ∂L/∂(pre-activation) cannot be read then; states and total gradients can.</remarks>
    public bool Recomputes => _windowTimesteps < SequenceLength;

    // The fewest timesteps whose rows are whole blocks, times a few.
    private static int RecomputedWindow(int sequenceLength, int batchSize)
    {
        int timesteps = PackedRows.BlockRows / GreatestCommonDivisor(PackedRows.BlockRows, batchSize);
        int blocks = timesteps * batchSize / PackedRows.BlockRows;
        return (int)Math.Min(sequenceLength, (long)timesteps * ((WindowBlocks + blocks - 1) / blocks));
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    // The timestep after which gates are kept: whole windows before it.
    private static int KeptFrom(int sequenceLength, int windowTimesteps)
    {
        int windows = (sequenceLength + windowTimesteps - 1) / windowTimesteps;
        return (int)Math.Min(sequenceLength, (long)(windows - (windows / KeptShare)) * windowTimesteps);
    }

    private void ForwardByWindows()
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            for (int begin = 0; begin < SequenceLength; begin = WindowAt(begin).End)
            {
                _windows.Run(WindowStage.Forward, i, WindowAt(begin));
            }
        }

        _windows.Run(WindowStage.Head, 0, WholeSequence);
    }

    private void BackwardByWindows()
    {
        _windows.Run(WindowStage.HeadBackward, 0, WholeSequence);
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            for (int end = SequenceLength; end > 0; end = WindowAt(end - 1).Begin)
            {
                _windows.Run(WindowStage.Backward, i, WindowAt(end - 1));
                _windows.Run(WindowStage.WeightGradients, i, WindowAt(end - 1));
            }
        }

        _windows.Run(WindowStage.HeadWeightGradients, 0, WholeSequence);
    }

    // The kept timesteps are one window.
    private Timesteps WindowAt(int timestep)
    {
        int begin = timestep / _windowTimesteps * _windowTimesteps;
        return timestep >= _keptFrom
            ? new Timesteps(_keptFrom, SequenceLength)
            : new Timesteps(begin, Math.Min(_keptFrom, begin + _windowTimesteps));
    }

    private void RequireGates()
    {
        if (Recomputes)
        {
            throw new InvalidOperationException(
                "Gates were not kept: this pass computes most of them again, window by window. Build it with recompute: false.");
        }
    }

    private enum WindowStage
    {
        Forward,
        Head,
        HeadBackward,
        Backward,
        WeightGradients,
        HeadWeightGradients,
    }

    private sealed class Windows(NetworkPass pass) : IWorkItems
    {
        private WindowStage _stage;
        private int _layer;
        private Timesteps _window;

        public void Run(WindowStage stage, int layer, Timesteps window)
        {
            _stage = stage;
            _layer = layer;
            _window = window;
            pass._layers[layer].MoveWindow(
                window.Begin, window.Begin < pass._keptFrom ? 0 : pass._windowTimesteps);
            bool isSumOverRows = stage is WindowStage.WeightGradients or WindowStage.HeadWeightGradients;
            pass._pool.Run(this, isSumOverRows ? pass._weightGradientItems.Count : pass.RowParts);
        }

        public void Execute(int item)
        {
            LayerBuffers layer = pass._layers[_layer];
            if (_stage == WindowStage.WeightGradients)
            {
                pass._weightGradientItems.OfLayer(layer, _window, item);
                return;
            }

            if (_stage == WindowStage.HeadWeightGradients)
            {
                pass._weightGradientItems.OfHeadAndEmbedding(item);
                return;
            }

            pass.RowsOfPart(item, out int begin, out int end);
            switch (_stage)
            {
                case WindowStage.Forward:
                    Forward(layer, begin, end);
                    break;
                case WindowStage.Head:
                    pass.Head?.Forward(begin, end);
                    break;
                case WindowStage.HeadBackward:
                    pass.Head?.Backward(begin, end);
                    break;
                default:
                    Backward(layer, begin, end);
                    break;
            }
        }

        private void Forward(LayerBuffers layer, int begin, int end)
        {
            if (_window.Begin == 0 && _layer == 0)
            {
                pass.Embed(begin, end);
            }
            else if (_window.Begin == 0 && layer.OwnDInput is not null)
            {
                pass.DropOut(_layer, begin, end);
            }

            layer.Kernels.Forward(layer, _window, begin, end);
        }

        private void Backward(LayerBuffers layer, int begin, int end)
        {
            if (_window.End == pass.SequenceLength)
            {
                pass.AddFinalStateGradient(_layer, begin, end);
            }

            // The forward pass left its last two windows as they were.
            if (_window.End < pass._keptFrom)
            {
                layer.Kernels.Recompute(layer, _window, begin, end);
            }

            layer.Kernels.Backward(layer, _window, begin, end);
            if (_window.Begin == 0 && _layer > 0 && layer.OwnDInput is not null)
            {
                pass.DropOutBackward(_layer, begin, end);
            }
        }
    }
}
