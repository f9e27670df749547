using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>
/// How a sequence is cut where gates are recomputed: equal segments, then the timesteps that are kept.
/// </summary>
internal sealed class Segments
{
    // Rows of gates that fit the second-level cache, in whole blocks of the weight gradients' sum.
    private const int SegmentBlocks = 3;

    /// <summary>Gates of one timestep in three are kept.</summary>
    private const int KeptShare = 3;

    private readonly int _timesteps;
    private readonly int _keptFrom;

    /// <param name="sequenceLength">T.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="recompute">Whether to cut at all.</param>
    public Segments(int sequenceLength, int batchSize, bool recompute)
    {
        SequenceLength = sequenceLength;
        _timesteps = recompute ? TimestepsOf(sequenceLength, batchSize) : sequenceLength;
        int segments = (sequenceLength + _timesteps - 1) / _timesteps;
        _keptFrom = (int)Math.Min(sequenceLength, (long)(segments - (segments / KeptShare)) * _timesteps);
    }

    public int SequenceLength { get; }

    /// <summary>Whether there is more than one segment.</summary>
    public bool AreSeveral => _timesteps < SequenceLength;

    /// <summary>Timesteps whose gates need room: those of one segment and those that are kept.</summary>
    public int GateTimesteps => AreSeveral ? _timesteps + SequenceLength - _keptFrom : SequenceLength;

    /// <summary>The segment that a timestep belongs to; the kept timesteps are one.</summary>
    public Timesteps At(int timestep)
    {
        int begin = timestep / _timesteps * _timesteps;
        return timestep >= _keptFrom
            ? new Timesteps(_keptFrom, SequenceLength)
            : new Timesteps(begin, Math.Min(_keptFrom, begin + _timesteps));
    }

    /// <summary>Where a segment's gates lie, in timesteps from the buffer's begin.</summary>
    public int PlaceOf(Timesteps segment) => segment.Begin < _keptFrom ? 0 : _timesteps;

    /// <summary>
    /// Whether other gates have taken a segment's place: the forward pass leaves its last two as they were.
    /// </summary>
    public bool AreGone(Timesteps segment) => segment.End < _keptFrom;

    // The fewest timesteps whose rows are whole blocks, times a few.
    private static int TimestepsOf(int sequenceLength, int batchSize)
    {
        int timesteps = PackedRows.BlockRows / GreatestCommonDivisor(PackedRows.BlockRows, batchSize);
        int blocks = timesteps * batchSize / PackedRows.BlockRows;
        return (int)Math.Min(sequenceLength, (long)timesteps * ((SegmentBlocks + blocks - 1) / blocks));
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
