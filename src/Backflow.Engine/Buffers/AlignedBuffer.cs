using System.Runtime.CompilerServices;

namespace Backflow.Engine;

/// <summary>A float buffer whose first element lies on a cache line and which the collector never moves.</summary>
/// <remarks>
/// Kernels take its address once and keep it. The memory is a pinned array of the garbage-collected heap, so there is
/// nothing to dispose and nothing to leak. A cache line beyond the last element may be read.
/// </remarks>
public sealed class AlignedBuffer
{
    private const int CacheLineBytes = 64;
    private const int CacheLineFloats = CacheLineBytes / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Allocates a buffer of zeros.</summary>
    /// <param name="length">Elements, at least 0.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _array = GC.AllocateUninitializedArray<float>(length + (2 * CacheLineFloats), pinned: true);
        unsafe
        {
            void* address = Unsafe.AsPointer(ref _array[0]);
            HugePages.Request(address, (nuint)_array.Length * sizeof(float));
            _start = (int)((CacheLineBytes - ((nuint)address % CacheLineBytes)) % CacheLineBytes) / sizeof(float);
        }

        Array.Clear(_array);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>All elements.</summary>
    public Span<float> Span => _array.AsSpan(_start, Length);

    /// <summary>The address of the first element, valid as long as the buffer is reachable.</summary>
    internal unsafe float* Pointer => (float*)Unsafe.AsPointer(ref _array[_start]);

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => Span.Clear();
}
