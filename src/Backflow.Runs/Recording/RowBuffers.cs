using System.Collections.Concurrent;
using System.Numerics;

namespace Backflow.Runs.Recording;

/// <summary>The buffers in which rows travel from the training thread to the writer, used again and again.</summary>
/// <remarks>
/// Not ArrayPool.Shared: that keeps buffers per thread, and ours are always rented on one thread and returned on
/// another.
/// </remarks>
internal sealed class RowBuffers
{
    private readonly ConcurrentQueue<float[]> _free = new();

    /// <summary>A buffer of at least so many values, with anything in it.</summary>
    public float[] Rent(int length)
    {
        // A buffer that is too short for this row is dropped: the pool grows to the longest row and stays there.
        return _free.TryDequeue(out float[]? buffer) && buffer.Length >= length
            ? buffer
            : new float[BitOperations.RoundUpToPowerOf2((uint)length)];
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(float[] buffer) => _free.Enqueue(buffer);
}
