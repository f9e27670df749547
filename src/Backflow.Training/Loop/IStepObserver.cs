namespace Backflow.Training;

/// <summary>Looks at a training step from within, at the moments when its quantities are there to be read.</summary>
/// <remarks>A step is named by the number of updates that are done after it. Nothing may be changed.</remarks>
public interface IStepObserver
{
    /// <summary>Gates hold their activations; the backward pass will overwrite them.</summary>
    void AfterForward(long step);

    /// <summary>Gradients are there, unclipped; loss and gradient norm are known and may not be finite.</summary>
    void AfterBackward(long step);

    /// <summary>Gradients are clipped; the parameters have not moved. Only for a step that is finite.</summary>
    void BeforeUpdate(long step);

    /// <summary>The parameters have moved.</summary>
    void AfterUpdate(long step);
}
