namespace Backflow.Telemetry;

/// <summary>One metric at work on one training: what it allocated, and what it does at each moment of a step.</summary>
/// <remarks>
/// Moments are called on the training thread, at the steps at which the metric is due. They read and never write, and
/// allocate nothing. A measurement overrides the moments at which its quantity can be read.
/// </remarks>
public abstract class Measurement : IDisposable
{
    /// <summary>
    /// Whether the step that ends a training, because loss or gradient is not finite, is measured as well.
    /// </summary>
    public virtual bool IsEvidence => false;

    /// <summary>Whether step 1 is measured whatever the schedule says; false for what belongs to parameters, not to a
    /// step.</summary>
    public virtual bool NeedsStep => true;

    /// <summary>Steps before the first one that <see cref="Recall"/> wants to know; 0 for none.</summary>
    public virtual int RecalledSteps => 0;

    /// <summary>Takes up what earlier steps of a resumed training left.</summary>
    /// <param name="scalars">Finds the last <see cref="RecalledSteps"/> values of a column.</param>
    public virtual void Recall(Func<string, IReadOnlyList<double>> scalars)
    {
    }

    /// <summary>Begins before the first step.</summary>
    /// <param name="step">The last step that is done; 0 for a new training.</param>
    public virtual void Begin(long step)
    {
    }

    /// <summary>Gates hold their activations; the backward pass will overwrite them.</summary>
    /// <param name="step">The step under way, from 1.</param>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void AfterForward(long step, IMeasurementSink sink)
    {
    }

    /// <summary>Gradients are there, unclipped, and may not be finite.</summary>
    /// <param name="step">The step under way, from 1.</param>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void AfterBackward(long step, IMeasurementSink sink)
    {
    }

    /// <summary>Gradients are clipped and finite; the parameters have not moved.</summary>
    /// <param name="step">The step under way, from 1.</param>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void BeforeUpdate(long step, IMeasurementSink sink)
    {
    }

    /// <summary>The parameters have moved.</summary>
    /// <param name="step">The step that is done, from 1.</param>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void AfterUpdate(long step, IMeasurementSink sink)
    {
    }

    /// <summary>Hands on what was computed in the background; called after every step.</summary>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void Collect(IMeasurementSink sink)
    {
    }

    /// <summary>
    /// Waits for what is under way in the background and hands it on; nothing is measured after this.
    /// </summary>
    /// <param name="sink">Who takes what is measured.</param>
    public virtual void Complete(IMeasurementSink sink)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends threads and frees buffers.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
