namespace Backflow.Engine;

/// <summary>The order in which layers and timesteps of a batch are computed; every order gives the same bits.</summary>
/// <param name="pool">The threads.</param>
/// <param name="batchSize">Sequences, B.</param>
internal abstract class PassOrder(WorkerPool pool, int batchSize)
{
    protected WorkerPool Pool { get; } = pool;

    /// <summary>Parts of the batch, one per thread; their number has no influence on any result.</summary>
    protected int RowParts { get; } = Math.Min(pool.Threads, batchSize);

    public abstract void Forward();

    public abstract void Backward();

    /// <summary>The backward pass without parameter gradients, where gates are kept.</summary>
    public virtual void BackwardStates() =>
        throw new NotSupportedException("Gates are not kept in this order.");

    protected void RowsOfPart(int part, out int begin, out int end)
    {
        begin = (int)((long)batchSize * part / RowParts);
        end = (int)((long)batchSize * (part + 1) / RowParts);
    }
}
