using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>
/// Ω: asks the Elman layers of a network to hand the gradient's norm back unchanged, timestep by timestep.
/// </summary>
/// <remarks>
/// Pascanu, Mikolov &amp; Bengio 2013, section 3.3. Ω is the mean over sequences of the sum over timesteps 1 … T − 1
/// and layers; its immediate gradient is added to that of R after the backward pass. In double, on one thread; a step
/// allocates nothing. Cost: 3·H² per timestep and sequence, as much again as the backward pass or more.
/// </remarks>
public sealed class OmegaRegulariser
{
    private readonly NetworkPass _pass;
    private readonly LayerPart[] _parts;

    /// <summary>Prepares the regulariser of a pass.</summary>
    /// <param name="pass">The pass whose backward passes it follows.</param>
    public OmegaRegulariser(NetworkPass pass)
    {
        _pass = pass;
        _parts =
        [
            .. Enumerable.Range(0, pass.Network.Layers.Length)
                .Where(layer => pass.Network.Options.Layers[layer].Cell.ElmanActivation is not null)
                .Select(layer => new LayerPart(pass, layer)),
        ];
    }

    /// <summary>Adds strength·∂Ω/∂R to the gradient of R of every Elman layer.</summary>
    /// <param name="strength">λ, the weight of Ω beside the loss.</param>
    /// <returns>Ω, without λ.</returns>
    public double AddGradient(double strength)
    {
        double omega = 0;
        foreach (LayerPart part in _parts)
        {
            omega += part.AddGradient(_pass, strength);
        }

        return omega;
    }

    private sealed class LayerPart
    {
        private readonly int _layer;
        private readonly int _width;
        private readonly OmegaTerm _term;
        private readonly float[] _matrix;
        private readonly double[] _weights;
        private readonly double[] _gradient;
        private readonly float[] _batch;
        private double[] _before;
        private double[] _after;
        private readonly double[] _dHidden;

        public LayerPart(NetworkPass pass, int layer)
        {
            _layer = layer;
            _width = pass.Layers[layer].HiddenSize;
            _term = new OmegaTerm(pass.Network.Options.Layers[layer].Cell.ElmanActivation!, _width);
            _matrix = new float[_width * _width];
            _weights = new double[_matrix.Length];
            _gradient = new double[_matrix.Length];
            _batch = new float[pass.BatchSize * _width];
            _before = new double[_batch.Length];
            _after = new double[_batch.Length];
            _dHidden = new double[_batch.Length];
        }

        public double AddGradient(NetworkPass pass, double strength)
        {
            Parameter r = pass.Network.Layers[_layer].RecurrentWeights;
            r.Export(pass.Network.Parameters.Span, _matrix);
            TensorPrimitives.ConvertTruncating<float, double>(_matrix, _weights);
            r.Export(pass.Network.Gradients.Span, _matrix);
            TensorPrimitives.ConvertTruncating<float, double>(_matrix, _gradient);
            double omega = 0;
            ReadHidden(pass, 0, _after);
            for (int t = 1; t < pass.SequenceLength; t++)
            {
                (_before, _after) = (_after, _before);
                ReadHidden(pass, t, _after);
                pass.Layers[_layer].HiddenGradient(t).CopyTo(_batch);
                TensorPrimitives.ConvertTruncating<float, double>(_batch, _dHidden);
                for (int row = 0; row < pass.BatchSize; row++)
                {
                    omega += _term.AddGradient(
                        _weights,
                        _dHidden.AsSpan(row * _width, _width),
                        _before.AsSpan(row * _width, _width),
                        _after.AsSpan(row * _width, _width),
                        strength / pass.BatchSize,
                        _gradient);
                }
            }

            TensorPrimitives.ConvertTruncating<double, float>(_gradient, _matrix);
            r.Import(_matrix, pass.Network.Gradients.Span);
            return omega / pass.BatchSize;
        }

        private void ReadHidden(NetworkPass pass, int t, double[] states)
        {
            pass.Layers[_layer].Hidden(t).CopyTo(_batch);
            TensorPrimitives.ConvertTruncating<float, double>(_batch, states);
        }
    }
}
