using Backflow.Experiments.Dynamics;
using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>What a page asks of the runs of a store: four questions, each answered by real networks.</summary>
/// <remarks>
/// Safe to call from any thread. A question outside its range throws <see cref="ExperimentException"/>.
/// </remarks>
public interface IExplorer
{
    /// <summary>How far the prediction of a verb reaches back to the words before it, in trained networks.</summary>
    /// <param name="attractors">Nouns of the other number between subject and verb, 0 to 5.</param>
    /// <param name="example">Which of the sentences, from 0.</param>
    /// <returns>What is known so far: the first question starts the training.</returns>
    DependencyAnswer Depend(int attractors, int example);

    /// <summary>Which earlier character each prediction of a run's model depends on.</summary>
    /// <param name="runId">A run that was trained on text.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="offset">The first character of the window within the validation text, from 0.</param>
    /// <returns>The itemised map with the likeliest characters.</returns>
    ItemisedAnswer Itemise(string runId, int layer, int offset);

    /// <summary>How a layer of a run's network hands its state on, and its gradient back.</summary>
    /// <param name="runId">A run with a checkpoint.</param>
    /// <param name="step">The checkpoint nearest to this step is measured; null for the newest.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="timestep">The timestep of the Jacobian, from 0; null for the last.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>The dynamics of the layer.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    DynamicsReport Measure(
        string runId, long? step, int layer, int? timestep, CancellationToken cancellation);

    /// <summary>How the network of a run learns that was not told the length: forget bias 1 in place of chrono, and all
    /// else alike, at most 2,000 steps.</summary>
    /// <param name="runId">A run with a chrono start and a cell that has a forget bias.</param>
    /// <returns>The id of the run that is trained from now on, or was before.</returns>
    string TrainFromUsualStart(string runId);
}
