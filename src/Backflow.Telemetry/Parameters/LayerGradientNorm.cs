using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂θ‖₂ over the weights and biases of one recurrent layer, before clipping.</summary>
/// <remarks>
/// The squares of all layers, with those of embedding and head, add up to the square of <c>gradient-norm</c>. Unit:
/// loss per unit of weight. Range [0, ∞), NaN kept. Cost: one sweep over the gradients of the layer.
/// How to read it: layers that learn alike have lines of the same height. One that falls far below the others hardly
/// learns; one that rises is where a gradient explodes.
/// </remarks>
public sealed class LayerGradientNorm() : Metric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "layer-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Gradient norm of a layer",
        Title = "Gradient norm of each layer ‖∂L/∂θ‖₂",
        Meaning = "The length of the gradient of one layer's parameters before clipping.",
        Formula = "‖∂L/∂θ_layer‖₂, θ_layer = W, R and both biases",
        Reduction = "a scalar per layer; the loss is the mean over its targets",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of weight",
        HowToRead = "A layer far below the others hardly learns; one that rises is where a gradient explodes.",
        Caption = "ℓ₂ norm over weights and biases of the layer, loss averaged, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Sweep,
    };

    /// <inheritdoc/>
    public override Measurement Attach(IMeasuredTraining training) => new Norms(training.Pass.Network);

    private sealed class Norms : Measurement
    {
        private readonly RecurrentNetwork _network;
        private readonly Parameter[][] _layers;
        private readonly string[] _columns;

        public Norms(RecurrentNetwork network)
        {
            _network = network;
            _layers =
            [
                .. network.Layers.Select(static layer => (Parameter[])
                    [layer.InputWeights, layer.RecurrentWeights, layer.InputBias, layer.RecurrentBias]),
            ];
            _columns = [.. _layers.Select(static (_, layer) => MetricColumn.OfLayer(MetricName, layer))];
        }

        public override void AfterBackward(long step, IMeasurementSink sink)
        {
            for (int layer = 0; layer < _layers.Length; layer++)
            {
                // √(a² + b²) step by step: the square of a norm may leave the range of a double, the norm does not.
                double norm = 0;
                foreach (Parameter parameter in _layers[layer])
                {
                    norm = double.Hypot(norm, GradientClipping.Norm(_network.Gradients.Span[parameter.Range]));
                }

                sink.Scalar(_columns[layer], step, norm);
            }
        }
    }
}
