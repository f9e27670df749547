using Backflow.Engine;

namespace Backflow.Exchange.TensorFlowJs;

/// <content>Recurrent layers in one direction and in both.</content>
internal sealed partial class ModelNetwork
{
    private void AddBothDirections(ModelLayer layer)
    {
        ModelLayer inner = Inner(layer);
        string mode = layer.Config.LookText("merge_mode") ?? "none";
        if (mode != "concat" || layer.Config.LookObject("backward_layer") is not null)
        {
            throw refusals.NotSupported(
                $"the Bidirectional {ModelRefusals.Quoted(layer.Name)} merges by {ModelRefusals.Quoted(mode)} or has a "
                + "backward layer of its own, and 'concat' of one layer can be read",
                "Make it with mergeMode: 'concat', and train it.");
        }

        AddRecurrent(inner, $"{layer.Name}/forward_{inner.Name}", isReverse: false);
        AddRecurrent(inner, $"{layer.Name}/backward_{inner.Name}", isReverse: true);
        EndRecurrent(inner);
    }

    private void AddRecurrent(ModelLayer layer, string name, bool isReverse)
    {
        ModelConfig config = layer.Config;
        if (!ModelCells.IsRecurrent(layer.Kind) || config.Flag("go_backwards", otherwise: false)
            || config.Flag("time_major", otherwise: false))
        {
            throw refusals.NotSupported(
                $"the layer {ModelRefusals.Quoted(layer.Name)} of the class {ModelRefusals.Quoted(layer.Kind)} is not "
                + "recurrent, or goes backwards, or has time before batch",
                "Make it with goBackwards: false; Bidirectional reads both ways.");
        }

        ModelCell cell = ModelCells.Of(layer);
        int units = config.Size("units");
        int rows = cell.Gates.Length * units;
        int inputs = isReverse ? _topSize : weights.InputSizeOf(name);
        if (!isReverse && (_layers.Count > 0 ? inputs != _topSize : _vocabularySize > 0 && inputs != _inputSize))
        {
            throw refusals.Damaged(
                $"the layer {ModelRefusals.Quoted(layer.Name)} reads {inputs} features, and the one below has "
                + $"{(_layers.Count > 0 ? _topSize : _inputSize)}");
        }

        _inputSize = _layers.Count == 0 ? inputs : _inputSize;
        int depth = _layers.Count(static one => !one.IsReverse) - (isReverse ? 1 : 0);
        string end = $"_l{depth}{(isReverse ? "_reverse" : "")}";
        Put("weight_ih" + end, cell.Rows(weights.Find(name, Kernel, inputs, rows), units), rows, inputs);
        Put("weight_hh" + end, cell.Rows(weights.Find(name, "recurrent_kernel", units, rows), units), rows, units);
        float[] bias = new float[2 * rows];
        if (config.Flag("use_bias", otherwise: true))
        {
            float[] found = cell.HasTwoBiases ? weights.Find(name, "bias", 2, rows) : weights.Find(name, "bias", rows);
            found.CopyTo(bias, 0);
        }

        Put("bias_ih" + end, cell.Rows(bias.AsSpan(0, rows), units), rows);
        Put("bias_hh" + end, cell.Rows(bias.AsSpan(rows), units), rows);
        _layers.Add(new LayerOptions(cell.Cell, units, isReverse));

        // The reverse layer reads what the forward one read, so the top changes when both are there.
        _topSize = inputs;
    }

    private void EndRecurrent(ModelLayer layer)
    {
        ModelConfig config = layer.Config;
        string name = ModelRefusals.Quoted(layer.Name);
        _topSize = _layers[^1].HiddenSize * (_layers[^1].IsReverse ? 2 : 1);
        _hasSequences = config.Flag("return_sequences", otherwise: false);
        if (config.Flag("return_state", otherwise: false))
        {
            throw refusals.NotSupported(
                $"the {layer.Kind} {name} also returns its states", "Make it with returnState: false.");
        }

        if (config.Flag("stateful", otherwise: false))
        {
            _remarks.Add($"{layer.Kind} {name} keeps its state between batches; the network begins each at zero.");
        }

        if (config.IsAboveZero("dropout") || config.IsAboveZero("recurrent_dropout"))
        {
            _remarks.Add($"{layer.Kind} {name} has dropout, which works in training alone; it is left out.");
        }
    }
}
