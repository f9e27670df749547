using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Makes tensors of views: their elements in order, whatever the strides were.</summary>
/// <remarks>A view whose elements lie in order is a part of its storage's bytes; others are copied.</remarks>
/// <param name="archive">Has the storages; each is read once.</param>
/// <param name="refusals">What is said of views that reach outside.</param>
internal sealed class StoredTensors(StateDictArchive archive, Refusals refusals)
{
    // An expanded tensor has more elements than its storage, and nothing else tells how many.
    private const int MostExpansion = 16;

    private readonly Dictionary<string, byte[]> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), ReadOnlyMemory<byte>> _views = [];
    private Int128 _bytesLeft = StateDictArchive.FreeBytes + ((Int128)archive.TotalLength * MostExpansion);

    /// <summary>The tensor of a view; the same view twice shares its bytes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="view">What the pickle says of it.</param>
    public Tensor Make(string name, PickledTensor view)
    {
        PickledStorage storage = view.Storage;
        (string, string) key = (
            storage.Key,
            FormattableString.Invariant($"{storage.DataType} {view.Offset} ")
                + $"{string.Join(',', view.Shape)} {string.Join(',', view.Strides)}");
        if (!_views.TryGetValue(key, out ReadOnlyMemory<byte> data))
        {
            data = Data(name, view);
            _views.Add(key, data);
        }

        return new Tensor(name, storage.DataType, view.Shape, data);
    }

    private ReadOnlyMemory<byte> Data(string name, PickledTensor view)
    {
        int size = SizeOf(view.Storage.DataType);
        byte[] storage = Storage(view.Storage, size);
        long count = RequireInside(name, view, size);
        return count == 0 ? default
            : LiesInOrder(view) ? storage.AsMemory((int)(view.Offset * size), (int)(count * size))
            : Copy(storage, view, count, size);
    }

    private static bool LiesInOrder(PickledTensor view)
    {
        long expected = 1;
        for (int i = view.Shape.Length - 1; i >= 0; i--)
        {
            // The stride of one element means nothing.
            if (view.Shape[i] != 1 && view.Strides[i] != expected)
            {
                return false;
            }

            expected *= view.Shape[i];
        }

        return true;
    }

    private static byte[] Copy(byte[] storage, PickledTensor view, long count, int size)
    {
        byte[] data = new byte[count * size];

        // The last dimension in runs, the others as an odometer.
        int rank = view.Shape.Length;
        long run = rank == 0 ? 1 : view.Shape[^1];
        long step = rank == 0 ? 1 : view.Strides[^1];
        long[] index = new long[rank];
        long from = view.Offset;
        for (long to = 0; to < count; to += run)
        {
            CopyRun(storage, from, step, data, to, run, size);
            for (int dimension = rank - 2; dimension >= 0; dimension--)
            {
                from += view.Strides[dimension];
                if (++index[dimension] < view.Shape[dimension])
                {
                    break;
                }

                from -= view.Strides[dimension] * view.Shape[dimension];
                index[dimension] = 0;
            }
        }

        return data;
    }

    private static void CopyRun(byte[] storage, long from, long step, byte[] data, long to, long run, int size)
    {
        if (step == 1)
        {
            storage.AsSpan((int)(from * size), (int)(run * size)).CopyTo(data.AsSpan((int)(to * size)));
            return;
        }

        for (long i = 0; i < run; i++)
        {
            storage.AsSpan((int)((from + (i * step)) * size), size).CopyTo(data.AsSpan((int)((to + i) * size)));
        }
    }

    private byte[] Storage(PickledStorage storage, int size)
    {
        if (!_storages.TryGetValue(storage.Key, out byte[]? bytes))
        {
            bytes = archive.ReadStorage(storage.Key, (Int128)storage.Count * size);
            _storages.Add(storage.Key, bytes);
        }

        return bytes.Length == (Int128)storage.Count * size ? bytes : throw refusals.Damaged(
            $"its storage {Refusals.Quoted(storage.Key)} has {bytes.Length} bytes, and its pickle says otherwise");
    }

    private long RequireInside(string name, PickledTensor view, int size)
    {
        Int128 count = 1;
        Int128 last = view.Offset;
        bool isWrong = view.Offset < 0;
        for (int i = 0; i < view.Shape.Length; i++)
        {
            (long length, long stride) = (view.Shape[i], view.Strides[i]);
            isWrong |= length < 0 || stride < 0;

            // Both factors stay below 2⁶³ · 2⁶³, and the sums are looked at each time.
            count = count > Array.MaxLength ? (length == 0 ? 0 : count) : count * length;
            last += ((Int128)length - 1) * stride;
        }

        if (isWrong || (count > 0 && last >= view.Storage.Count) || (count == 0 && view.Offset > view.Storage.Count))
        {
            throw refusals.Damaged($"tensor {Refusals.Quoted(name)} reaches outside of its storage");
        }

        Int128 bytes = count * size;
        _bytesLeft -= bytes;
        return bytes <= Array.MaxLength && _bytesLeft >= 0 ? (long)count : throw refusals.TooLarge(
            $"tensor {Refusals.Quoted(name)} repeats its storage into {bytes} bytes");
    }

    private static int SizeOf(TensorDataType type) => type switch
    {
        TensorDataType.F64 or TensorDataType.I64 or TensorDataType.U64 => 8,
        TensorDataType.F32 or TensorDataType.I32 or TensorDataType.U32 => 4,
        TensorDataType.F16 or TensorDataType.BF16 or TensorDataType.I16 or TensorDataType.U16 => 2,
        _ => 1,
    };
}
