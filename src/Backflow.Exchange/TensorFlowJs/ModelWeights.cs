using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Tensors;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>The weights of a model by their names.</summary>
internal sealed class ModelWeights
{
    private const int MostWeights = 10_000;
    private const int MaximumRank = 8;

    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly ModelRefusals _refusals;

    private ModelWeights(ModelRefusals refusals) => _refusals = refusals;

    /// <summary>The names of weights that no layer has asked for.</summary>
    public IEnumerable<string> Unused => _weights.Keys.Where(name => !_used.Contains(name));

    /// <summary>Reads the weights of a model.json.</summary>
    /// <param name="model">The whole of model.json.</param>
    /// <param name="shard">The content of a file beside it.</param>
    public static ModelWeights Of(ModelConfig model, Func<string, byte[]> shard)
    {
        ModelWeights weights = new(model.Refusals);
        foreach (ModelConfig group in model.Objects("weightsManifest"))
        {
            weights.AddGroup(group, shard);
        }

        return weights;
    }

    /// <summary>The weight of a layer.</summary>
    /// <param name="layer">How its name begins.</param>
    /// <param name="weight">How its name ends: kernel, ….</param>
    /// <param name="shape">The shape that it has to have.</param>
    /// <remarks>Keras puts its cell's name between them; TensorFlow.js does not.</remarks>
    public float[] Find(string layer, string weight, params ImmutableArray<long> shape)
    {
        string[] names =
        [
            .. _weights.Keys.Where(name => name.StartsWith(layer + "/", StringComparison.Ordinal)
                && name.EndsWith("/" + weight, StringComparison.Ordinal)),
        ];
        if (names.Length != 1)
        {
            throw _refusals.Damaged(
                $"it has {names.Length} weights {ModelRefusals.Quoted($"{layer}/{weight}")}, and one is expected");
        }

        Tensor tensor = _weights[names[0]];
        _used.Add(names[0]);
        return tensor.Shape.SequenceEqual(shape) ? tensor.ToSingles() : throw _refusals.Damaged(
            $"{ModelRefusals.Quoted(names[0])} has the shape [{string.Join(", ", tensor.Shape)}], and its layer needs "
            + $"[{string.Join(", ", shape)}]");
    }

    /// <summary>The last dimension but one of a layer's kernel: the features that it reads.</summary>
    public int InputSizeOf(string layer)
    {
        Tensor? kernel = _weights.Values.FirstOrDefault(one => one.Shape.Length == 2
            && one.Name.StartsWith(layer + "/", StringComparison.Ordinal)
            && one.Name.EndsWith("/kernel", StringComparison.Ordinal));
        return kernel?.Shape[0] is >= 1 and <= int.MaxValue
            ? (int)kernel.Shape[0]
            : throw _refusals.Damaged($"it has no weight {ModelRefusals.Quoted($"{layer}/kernel")} of two dimensions");
    }

    private void AddGroup(ModelConfig group, Func<string, byte[]> shard)
    {
        using MemoryStream bytes = new();
        foreach (JsonElement path in group.List("paths"))
        {
            string? name = path.ValueKind == JsonValueKind.String ? path.GetString() : null;
            if (!IsPlain(name))
            {
                throw _refusals.NotSupported(
                    $"its weights lie in {ModelRefusals.Quoted(name ?? "")}, which is no plain file name",
                    "Keep model.json and its binary files in one folder.");
            }

            bytes.Write(shard(name!));
        }

        ReadOnlyMemory<byte> data = bytes.ToArray();
        int from = 0;
        foreach (ModelConfig spec in group.Objects("weights"))
        {
            Tensor tensor = Take(spec, data[from..]);
            from += tensor.Data.Length;
            if (_weights.Count >= MostWeights || !_weights.TryAdd(tensor.Name, tensor))
            {
                throw _refusals.Damaged($"it has too many weights, or two {ModelRefusals.Quoted(tensor.Name)}");
            }
        }

        if (from != data.Length)
        {
            throw _refusals.Damaged($"its weights take {from} bytes, and its files have {data.Length}");
        }
    }

    private Tensor Take(ModelConfig spec, ReadOnlyMemory<byte> data)
    {
        string name = spec.Text("name");
        string type = spec.LookText("dtype") ?? "float32";
        if (spec.LookObject("quantization") is not null)
        {
            throw _refusals.NotSupported(
                $"the weight {ModelRefusals.Quoted(name)} is quantized", "Save or convert it without quantization.");
        }

        if (type != "float32")
        {
            throw _refusals.NotSupported(
                $"the weight {ModelRefusals.Quoted(name)} is of type {ModelRefusals.Quoted(type)}, and float32 is read",
                "Save it in float32.");
        }

        Int128 length = sizeof(float);
        ImmutableArray<long>.Builder shape = ImmutableArray.CreateBuilder<long>();
        foreach (JsonElement item in spec.List("shape"))
        {
            long size = item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int whole) && whole >= 0
                && shape.Count < MaximumRank
                ? whole
                : throw _refusals.Damaged($"the weight {ModelRefusals.Quoted(name)} has no shape");
            shape.Add(size);
            length = length > data.Length ? length : length * size;
        }

        return length <= data.Length && shape.All(static size => size > 0)
            ? new Tensor(name, TensorDataType.F32, shape.ToImmutable(), data[..(int)length])
            : throw _refusals.Damaged($"its files end before the weight {ModelRefusals.Quoted(name)} does");
    }

    // Neither a folder nor a drive, on any system.
    private static bool IsPlain(string? name) => name is { Length: > 0 and <= 255 } and not "." and not ".."
        && name.All(static c => !char.IsControl(c) && !"/\\:*?\"<>|".Contains(c, StringComparison.Ordinal));
}
