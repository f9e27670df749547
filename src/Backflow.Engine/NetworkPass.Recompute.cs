using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <content>Long sequences: gates of one window of timesteps at a time, computed again on the way back.</content>
/// <remarks>
/// <code>
/// forward    layer by layer, window by window:  states of all timesteps stay, gates are overwritten
/// backward   layer by layer from the top, window by window from the last:
///            gates again from the kept states;  ∂L/∂h, ∂L/∂x of the window;  its share of the weight gradients
/// </code>
/// Recomputing is faster than the forward pass: as every hₜ₋₁ is known, nothing waits for the timestep before. Sums
/// over rows are taken in the same blocks and the same order as without windows, so every gradient has the same bits.
/// What stays is 4·T·B·H floats for an LSTM (h, c and their gradients) where gates and tanh(c) would be 5·T·B·H more.
/// Checkpointing the states as well: Chen et al. 2016, "Training deep nets with sublinear memory cost".
/// </remarks>
public sealed unsafe partial class NetworkPass
{
    // Rows of gates that fit the second-level cache, in whole blocks of the weight gradients' sum.
    private const int WindowBlocks = 3;

    private readonly Windows _windows;

    /// <summary>Whether gates are kept for a window of timesteps alone, and computed again on the way back.</summary>
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

    private void ForwardByWindows()
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            for (int begin = 0; begin < SequenceLength; begin += _windowTimesteps)
            {
                _windows.Run(WindowStage.Forward, i, begin);
            }
        }

        _windows.Run(WindowStage.Head, 0, 0);
    }

    private void BackwardByWindows()
    {
        _windows.Run(WindowStage.HeadBackward, 0, 0);
        int last = (SequenceLength - 1) / _windowTimesteps * _windowTimesteps;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            for (int begin = last; begin >= 0; begin -= _windowTimesteps)
            {
                _windows.Run(WindowStage.Backward, i, begin);
                _windows.Run(WindowStage.WeightGradients, i, begin);
            }
        }

        _windows.Run(WindowStage.HeadWeightGradients, 0, 0);
    }

    private void RequireGates()
    {
        if (Recomputes)
        {
            throw new InvalidOperationException(
                "Gates were not kept: this pass computes them again, window by window. Build it with recompute: false.");
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

        public void Run(WindowStage stage, int layer, int begin)
        {
            _stage = stage;
            _layer = layer;
            _window = new Timesteps(begin, Math.Min(pass.SequenceLength, begin + pass._windowTimesteps));
            pass._layers[layer].MoveWindow(begin);
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

            layer.Kernels.Recompute(layer, _window, begin, end);
            layer.Kernels.Backward(layer, _window, begin, end);
            if (_window.Begin == 0 && _layer > 0 && layer.OwnDInput is not null)
            {
                pass.DropOutBackward(_layer, begin, end);
            }
        }
    }
}
