using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>Makes a network of a model's layers: an embedding, recurrent layers, a head.</summary>
/// <param name="weights">The model's weights.</param>
/// <param name="refusals">What is said of layers that have no place.</param>
internal sealed partial class ModelNetwork(ModelWeights weights, ModelRefusals refusals)
{
    private const string Kernel = "kernel";
    private const string Order = "Layers are an Embedding, then SimpleRNN, LSTM or GRU, then one Dense.";

    private readonly ImmutableArray<LayerOptions>.Builder _layers = ImmutableArray.CreateBuilder<LayerOptions>();
    private readonly ImmutableArray<Tensor>.Builder _parameters = ImmutableArray.CreateBuilder<Tensor>();
    private readonly ImmutableArray<string>.Builder _remarks = ImmutableArray.CreateBuilder<string>();
    private int _vocabularySize;
    private int _inputSize;
    private int _outputSize;
    private int _topSize;
    private bool _hasSequences = true;

    /// <summary>The network of a model.</summary>
    public ExchangedNetwork Of(ModelTopology topology)
    {
        foreach (ModelLayer layer in topology.Layers)
        {
            Add(layer);
        }

        if (_layers.Count == 0)
        {
            throw refusals.NotSupported("it has no recurrent layer", Order);
        }

        if (weights.Unused.FirstOrDefault() is string unused)
        {
            throw refusals.Damaged($"no layer has the weight {ModelRefusals.Quoted(unused)}");
        }

        if (_outputSize == 0 && !_hasSequences)
        {
            _remarks.Add("The model gives its last state alone, and the network the states of all timesteps.");
        }

        return new ExchangedNetwork
        {
            Options = new NetworkOptions
            {
                VocabularySize = _vocabularySize,
                InputSize = _inputSize,
                Layers = _layers.ToImmutable(),
                OutputSize = _outputSize,
                HeadPosition = _hasSequences ? HeadPosition.EveryTimestep : HeadPosition.LastTimestep,
            },
            Parameters = _parameters.ToImmutable(),
            Remarks = _remarks.ToImmutable(),
        };
    }

    private void Add(ModelLayer layer)
    {
        switch (layer.Kind)
        {
            case "InputLayer":
                break;
            case "Dropout" or "SpatialDropout1D" or "GaussianNoise" or "GaussianDropout" or "AlphaDropout":
                _remarks.Add($"{layer.Kind} {ModelRefusals.Quoted(layer.Name)} works in training alone; left out.");
                break;
            case "Embedding" when _layers.Count == 0 && _vocabularySize == 0:
                AddEmbedding(layer);
                break;
            case "Bidirectional" when _outputSize == 0 && _hasSequences:
                AddBothDirections(layer);
                break;
            case "TimeDistributed" when _layers.Count > 0 && _outputSize == 0 && _hasSequences:
                AddHead(new ModelLayer(Inner(layer).Kind, layer.Name, Inner(layer).Config));
                break;
            case "Dense" when _layers.Count > 0 && _outputSize == 0:
                AddHead(layer);
                break;
            case string kind when ModelCells.IsRecurrent(kind) && _outputSize == 0 && _hasSequences:
                AddRecurrent(layer, layer.Name, isReverse: false);
                EndRecurrent(layer);
                break;
            default:
                throw refusals.NotSupported(
                    $"the layer {ModelRefusals.Quoted(layer.Name)} is of the class {ModelRefusals.Quoted(layer.Kind)}, "
                    + "which has no place where it stands",
                    Order);
        }
    }

    private void AddEmbedding(ModelLayer layer)
    {
        if (layer.Config.Flag("mask_zero", otherwise: false))
        {
            throw refusals.NotSupported(
                $"the Embedding {ModelRefusals.Quoted(layer.Name)} masks the symbol 0, and later layers pass over it",
                "Make it with maskZero: false, and train it.");
        }

        _vocabularySize = layer.Config.Size("input_dim");
        _inputSize = layer.Config.Size("output_dim");
        _parameters.Add(Tensor.FromSingles(
            "embedding.weight",
            [_vocabularySize, _inputSize],
            weights.Find(layer.Name, "embeddings", _vocabularySize, _inputSize)));
    }

    private void AddHead(ModelLayer layer)
    {
        string activation = layer.Config.LookText("activation") ?? "linear";
        if (layer.Kind != "Dense" || activation is not ("linear" or "softmax"))
        {
            throw refusals.NotSupported(
                $"the {ModelRefusals.Quoted(layer.Kind)} {ModelRefusals.Quoted(layer.Name)} has the activation "
                + $"{ModelRefusals.Quoted(activation)}, and a Dense with linear or softmax can be read",
                "Train the model with such a head.");
        }

        if (activation == "softmax")
        {
            _remarks.Add("The head's outputs are those before softmax.");
        }

        _outputSize = layer.Config.Size("units");
        ModelCell plain = new(Cells.RnnTanh, [0]);
        Put(
            "head.weight",
            plain.Rows(weights.Find(layer.Name, Kernel, _topSize, _outputSize), _outputSize),
            _outputSize,
            _topSize);
        Put(
            "head.bias",
            layer.Config.Flag("use_bias", otherwise: true)
                ? weights.Find(layer.Name, "bias", _outputSize)
                : new float[_outputSize],
            _outputSize);
    }

    private static ModelLayer Inner(ModelLayer layer)
    {
        ModelConfig inner = layer.Config.Object("layer");
        ModelConfig config = inner.Object("config");
        return new ModelLayer(inner.Text("class_name"), config.LookText("name") ?? "", config);
    }

    private void Put(string name, float[] values, params ImmutableArray<long> shape) =>
        _parameters.Add(Tensor.FromSingles(name, shape, values));
}
