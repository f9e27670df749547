using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Tensors of a state dict as parameters of the engine: float32, by its names.</summary>
/// <param name="file">What messages call the file.</param>
internal sealed class FoundParameters(string file)
{
    private readonly ImmutableArray<Tensor>.Builder _parameters = ImmutableArray.CreateBuilder<Tensor>();
    private readonly SortedSet<string> _converted = new(StringComparer.Ordinal);
    private readonly List<string> _remarks = [];

    /// <summary>The parameters.</summary>
    public ImmutableArray<Tensor> All => _parameters.ToImmutable();

    /// <summary>What was changed, one sentence each.</summary>
    public IEnumerable<string> Remarks => _converted.Count == 0
        ? _remarks
        : _remarks.Prepend($"Parameters of type {string.Join(" and ", _converted)} were converted to float32.");

    /// <summary>Adds all parameters of a network.</summary>
    public void Add(ImmutableArray<FoundLayer> layers, FoundEnds ends)
    {
        if (ends.Embedding is Tensor embedding)
        {
            Add("embedding.weight", embedding, embedding.Shape);
        }

        int depth = -1;
        foreach (FoundLayer layer in layers)
        {
            depth += layer.IsReverse ? 0 : 1;
            string end = $"_l{depth}{(layer.IsReverse ? "_reverse" : "")}";
            ImmutableArray<long> rows = [layer.InputWeights.Shape[0]];
            Add("weight_ih" + end, layer.InputWeights, layer.InputWeights.Shape);
            Add("weight_hh" + end, layer.RecurrentWeights, layer.RecurrentWeights.Shape);
            Add("bias_ih" + end, layer.InputBias, rows);
            Add("bias_hh" + end, layer.RecurrentBias, rows);
        }

        if (ends.Head is Tensor head)
        {
            Add("head.weight", head, head.Shape);
            Add("head.bias", ends.HeadBias, [head.Shape[0]]);
        }
    }

    private void Add(string name, Tensor? tensor, ImmutableArray<long> shape)
    {
        if (tensor is null)
        {
            _parameters.Add(Tensor.FromSingles(name, shape, new float[shape[0]]));
            return;
        }

        if (tensor.DataType is not (TensorDataType.F64 or TensorDataType.F32 or TensorDataType.F16
            or TensorDataType.BF16))
        {
            throw new ExchangeException(
                $"{file}: {Refusals.Quoted(tensor.Name)} is of type {tensor.DataType}, and weights are floats.",
                Refusals.SaveStateDict);
        }

        if (tensor.DataType == TensorDataType.F32)
        {
            _parameters.Add(new Tensor(name, TensorDataType.F32, shape, tensor.Data));
            return;
        }

        float[] values = tensor.ToSingles(narrow: true);
        _converted.Add(tensor.DataType.ToString());

        if (tensor.DataType == TensorDataType.F64
            && values.Zip(tensor.ToDoubles())
                .Any(static pair => float.IsInfinity(pair.First) && double.IsFinite(pair.Second)))
        {
            _remarks.Add(
                $"{Refusals.Quoted(tensor.Name)} has numbers beyond the range of float32; they became infinite.");
        }

        _parameters.Add(Tensor.FromSingles(name, shape, values));
    }
}
