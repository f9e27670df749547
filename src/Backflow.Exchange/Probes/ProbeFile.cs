using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Backflow.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>Reads probe files; everything in them is foreign and is checked.</summary>
public static class ProbeFile
{
    /// <summary>The format that is read, as a file names it.</summary>
    public const string Format = "backflow-probe/1";

    private const string Remedy = "Take a file that the probe wrote; its format is in docs/probe-format.md.";

    // A layer of this many numbers would not fit into memory anyway; larger claims are refused before any product.
    private const long MostElements = 1L << 31;

    private const int MostLayers = 64;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDouble">Whether the plain double twin computes it, instead of the engine.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or is no probe file; the message says why.</exception>
    public static ProbeSample Read(string path, bool isDouble = false) => Read(path, isDouble, new SampleRoom());

    internal static ProbeSample Read(string path, bool isDouble, SampleRoom room)
    {
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Read(path, room.Take<byte>);
        }
        catch (TensorFileException failure)
        {
            throw new ExchangeException(failure.Message, Remedy, failure);
        }

        return new Reader(file, path, room).Sample(isDouble);
    }

    /// <summary>Reads a stream of known length.</summary>
    /// <param name="stream">The content of a file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="ExchangeException">It is no probe file; the message says why.</exception>
    public static ProbeSample Read(Stream stream, long length, string name)
    {
        try
        {
            return new Reader(SafetensorsFile.Read(stream, length, name), name, new SampleRoom())
                .Sample(isDouble: false);
        }
        catch (TensorFileException failure)
        {
            throw new ExchangeException(failure.Message, Remedy, failure);
        }
    }

    private static ExchangeException Wrong(string name, string fact) => new($"{name}: {fact}.", Remedy);

    private sealed class Reader(SafetensorsFile file, string name, SampleRoom room)
    {
        public SampleRoom Room => room;

        public ProbeSample Sample(bool isDouble)
        {
            string format = file.Metadata.GetValueOrDefault("format", "");
            if (format == ProbeContextFile.Format)
            {
                throw new ExchangeException(
                    $"{name} is an effective context, and no sample of a training.",
                    "Watch its folder, which records both.");
            }

            if (format != Format)
            {
                throw Wrong(name, format.Length == 0
                    ? "it does not say that it is a probe file"
                    : $"its format is '{format}', and '{Format}' can be read");
            }

            double scale = Number("loss_scale") ?? 1;
            if (!(scale > 0) || !double.IsFinite(scale))
            {
                throw Wrong(name, "its loss_scale is not a number above 0");
            }

            return new ProbeSample(file, room)
            {
                Step = Whole("step", long.MaxValue),
                Pass = (int)Whole("pass", int.MaxValue),
                Rank = (int)Whole("rank", int.MaxValue),
                World = (int)Whole("world", int.MaxValue),
                Framework = file.Metadata.GetValueOrDefault("framework", ""),
                Model = file.Metadata.GetValueOrDefault("model", ""),
                Loss = Number("loss"),
                Overhead = Number("overhead"),
                LossScale = scale,
                Singles = isDouble ? default : Calls<float>(scale),
                Doubles = isDouble ? Calls<double>(scale) : default,
            };
        }

        private ImmutableArray<ProbedCall<T>> Calls<T>(double scale)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (!file.Metadata.TryGetValue("calls", out string? text))
            {
                throw Wrong(name, "it does not say which layers were called");
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(text);
                ImmutableArray<ProbedCall<T>>.Builder calls = ImmutableArray.CreateBuilder<ProbedCall<T>>();
                foreach (JsonElement call in document.RootElement.EnumerateArray())
                {
                    calls.Add(Call<T>(call, calls.Count, scale));
                }

                return calls.Count > 0 ? calls.ToImmutable() : throw Wrong(name, "it holds no call of a layer");
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException
                or KeyNotFoundException or FormatException)
            {
                throw new ExchangeException(
                    $"{name}: its list of calls cannot be read ({failure.Message}).", Remedy, failure);
            }
        }

        private ProbedCall<T> Call<T>(JsonElement call, int number, double scale)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            string kindName = call.GetProperty("kind").GetString() ?? "";
            ProbedKind kind = ProbedKind.All.FirstOrDefault(one => one.Name == kindName)
                ?? throw Wrong(
                    name,
                    $"call {number} is of kind '{kindName}', and "
                    + $"{string.Join(", ", ProbedKind.All.Select(static one => one.Name))} are known");
            CallShape shape = new(
                this,
                number,
                kind,
                Layers: Whole(call, "layers", 1, MostLayers),
                Hidden: Whole(call, "hidden", 1, int.MaxValue),
                Input: Whole(call, "input", 1, int.MaxValue),
                IsBidirectional: !kind.IsLoop && call.GetProperty("bidirectional").GetBoolean(),
                IsBatchFirst: !kind.IsLoop && call.GetProperty("batch_first").GetBoolean(),
                IsUnbatched: call.GetProperty("unbatched").GetBoolean());
            bool isNarrow = Tensor($"call{number}.y").DataType is TensorDataType.BF16 or TensorDataType.F16;
            string? autocast = call.TryGetProperty("autocast", out JsonElement cast) ? cast.GetString() : null;
            return shape.Read<T>(scale) with
            {
                Module = call.GetProperty("layer").GetString() ?? throw Wrong(name, $"call {number} has no layer"),
                NarrowType = autocast ?? (isNarrow ? Tensor($"call{number}.y").DataType.ToString() : null),
                Continues = Continued(call, number),
                Replaced = call.TryGetProperty("replaced", out JsonElement replaced)
                    ? [.. replaced.EnumerateArray().Select(static one => one.GetString() ?? "")]
                    : [],
            };
        }

        private (int Call, bool IsAttached)? Continued(JsonElement call, int number)
        {
            if (!call.TryGetProperty("continues", out JsonElement continues)
                || continues.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            int before = continues.GetProperty("call").GetInt32();
            return before >= 0 && before < number
                ? (before, continues.GetProperty("attached").GetBoolean())
                : throw Wrong(name, $"call {number} goes on from call {before}, which is not before it");
        }

        public Tensor Tensor(string tensor) => Optional(tensor)
            ?? throw Wrong(name, $"it has no tensor '{tensor}'");

        public Tensor? Optional(string tensor) => file.Look(tensor);

        /// <summary>A tensor's numbers, where it has the shape that it must have.</summary>
        public T[] Values<T>(Tensor tensor, params ReadOnlySpan<long> shape)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw Wrong(
                    name,
                    $"'{tensor.Name}' has the shape [{string.Join(", ", tensor.Shape)}], and its layer needs "
                    + $"[{string.Join(", ", shape.ToArray())}]");
            }

            if (tensor.DataType is not (TensorDataType.F32 or TensorDataType.F64 or TensorDataType.F16
                or TensorDataType.BF16))
            {
                throw Wrong(
                    name, $"'{tensor.Name}' is of type {tensor.DataType}, and numbers are F64, F32, F16 or BF16");
            }

            return ProbeTensors.Values<T>(tensor, room);
        }

        public ExchangeException Mistake(string fact) => Wrong(name, fact);

        public static long Product(params ReadOnlySpan<long> sizes)
        {
            long product = 1;
            foreach (long size in sizes)
            {
                product = Math.Min(MostElements + 1, product * Math.Min(size, MostElements + 1));
            }

            return product;
        }

        public void RequireRoom(params ReadOnlySpan<long> sizes)
        {
            if (Product(sizes) > MostElements)
            {
                throw Wrong(name, $"a layer of [{string.Join(", ", sizes.ToArray())}] numbers is too large");
            }
        }

        private long Whole(string key, long most) =>
            long.TryParse(
                file.Metadata.GetValueOrDefault(key, "0"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long value)
            && value <= most
                ? value
                : throw Wrong(name, $"its {key} is not a whole number from 0 to {most}");

        private int Whole(JsonElement call, string key, int least, int most)
        {
            int value = call.GetProperty(key).GetInt32();
            return value >= least && value <= most
                ? value
                : throw Wrong(name, $"{key} of a call is {value}, and is {least} to {most}");
        }

        private double? Number(string key) =>
            !file.Metadata.TryGetValue(key, out string? text) ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
            : throw Wrong(name, $"its {key} is not a number");
    }

    /// <summary>The sizes of a call, and its tensors read with them.</summary>
    private sealed record CallShape(
        Reader File,
        int Number,
        ProbedKind Kind,
        int Layers,
        int Hidden,
        int Input,
        bool IsBidirectional,
        bool IsBatchFirst,
        bool IsUnbatched)
    {
        private int Directions => IsBidirectional ? 2 : 1;

        public ProbedCall<T> Read<T>(double scale)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Tensor x = File.Tensor(Name("x"));
            long[]? batchSizes = File.Optional(Name("batch_sizes")) is Tensor sizes ? BatchSizes(sizes, x) : null;
            int dimensions = batchSizes is not null || IsUnbatched ? 2 : 3;
            if (x.Shape.Length != dimensions || x.Shape.Any(static size => size is < 1 or > int.MaxValue))
            {
                throw File.Mistake(
                    $"'{x.Name}' has the shape [{string.Join(", ", x.Shape)}], and needs {dimensions} sizes above 0");
            }

            int length = batchSizes?.Length ?? (int)x.Shape[IsBatchFirst && !IsUnbatched ? 1 : 0];
            int batch = batchSizes is not null ? (int)batchSizes[0]
                : IsUnbatched ? 1 : (int)x.Shape[IsBatchFirst ? 0 : 1];
            File.RequireRoom(length, batch, Math.Max(Input, (long)Directions * Hidden));
            File.RequireRoom(4, Hidden, Math.Max(Math.Max(Input, Hidden), Layers > 1 ? (long)Directions * Hidden : 0));
            long[]? order = Order(batch);
            int width = Directions * Hidden;
            bool hasCell = Kind.Cell.HasCellState;
            return new ProbedCall<T>
            {
                Number = Number,
                Module = "",
                Kind = Kind,
                Layers = Layers,
                HiddenSize = Hidden,
                InputSize = Input,
                IsBidirectional = IsBidirectional,
                NarrowType = null,
                Continues = null,
                Replaced = [],
                Lengths = batchSizes is null
                    ? [.. Enumerable.Repeat(length, batch)]
                    : [.. Enumerable.Range(0, batch).Select(row => batchSizes.Count(size => size > row))],
                Input = Sequence(x, Input),
                Output = Sequence(File.Tensor(Name("y")), width),
                InitialHidden = States("h_0", 1, isThere: true),
                InitialCell = States("c_0", 1, hasCell),
                Masks = Masks(),
                OutputGradient = File.Optional(Name("y.grad")) is Tensor gradient
                    ? ProbeTensors.Divided(Sequence(gradient, width), scale)
                    : new T[(long)length * batch * width],
                FinalHiddenGradient = States("h_n.grad", scale, isThere: true),
                FinalCellGradient = States("c_n.grad", scale, hasCell),
                LoopCellGradient = Kind.IsLoop && File.Optional(Name("c.grad")) is Tensor cell
                    ? ProbeTensors.Divided(Sequence(cell, Hidden), scale)
                    : null,
            };

            T[] Sequence(Tensor tensor, int features)
            {
                if (batchSizes is not null)
                {
                    return ProbeTensors.Unpacked(
                        File.Values<T>(tensor, batchSizes.Sum(), features), batchSizes, features);
                }

                if (IsUnbatched)
                {
                    return File.Values<T>(tensor, length, features);
                }

                return IsBatchFirst
                    ? ProbeTensors.TimeMajor(
                        File.Values<T>(tensor, batch, length, features), batch, length, features, File.Room)
                    : File.Values<T>(tensor, length, batch, features);
            }

            T[] States(string part, double divisor, bool isThere)
            {
                long blocks = (long)Layers * Directions;
                if (!isThere || Kind.IsLoop)
                {
                    return isThere ? new T[blocks * batch * Hidden] : [];
                }

                if (File.Optional(Name(part)) is not Tensor tensor)
                {
                    return new T[blocks * batch * Hidden];
                }

                T[] values = IsUnbatched
                    ? File.Values<T>(tensor, blocks, Hidden)
                    : File.Values<T>(tensor, blocks, batch, Hidden);
                return ProbeTensors.Divided(
                    order is null ? values : ProbeTensors.Sorted(values, order, Hidden), divisor);
            }

            // A mask is time-major also where the layer is not.
            ImmutableArray<T[]> Masks() => File.Optional(Name("mask0")) is null ? [] :
            [
                .. Enumerable.Range(0, Layers - 1).Select(layer =>
                {
                    Tensor mask = File.Tensor(Name($"mask{layer}"));
                    return batchSizes is null
                        ? IsUnbatched && mask.Shape.Length == 2
                            ? File.Values<T>(mask, length, width)
                            : File.Values<T>(mask, length, batch, width)
                        : ProbeTensors.Unpacked(File.Values<T>(mask, batchSizes.Sum(), width), batchSizes, width);
                }),
            ];
        }

        private long[] BatchSizes(Tensor tensor, Tensor x)
        {
            long[] sizes = WholeNumbers(tensor);
            bool isRight = sizes.Length > 0 && sizes[^1] >= 1 && sizes[0] <= int.MaxValue
                && sizes.Zip(sizes.Skip(1)).All(static pair => pair.First >= pair.Second);
            return isRight && x.Shape.Length == 2 && sizes.Sum() == x.Shape[0]
                ? sizes
                : throw File.Mistake(
                    $"'{tensor.Name}' does not say how many sequences have each timestep: whole numbers that never "
                    + $"rise, at least 1, whose sum is the rows of '{x.Name}'");
        }

        private long[]? Order(int batch)
        {
            if (File.Optional(Name("sorted_indices")) is not Tensor tensor)
            {
                return null;
            }

            long[] order = WholeNumbers(tensor);
            return order.Order().SequenceEqual(Enumerable.Range(0, batch).Select(static row => (long)row))
                ? order
                : throw File.Mistake($"'{tensor.Name}' is no order of {batch} sequences");
        }

        private long[] WholeNumbers(Tensor tensor) => tensor.DataType == TensorDataType.I64 && tensor.Shape.Length == 1
            ? tensor.ToInt64s()
            : throw File.Mistake($"'{tensor.Name}' is not a list of I64");

        private string Name(string part) => $"call{Number.ToString(CultureInfo.InvariantCulture)}.{part}";
    }
}
