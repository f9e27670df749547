using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>What a page asks the engine: three questions, each answered by real networks.</summary>
/// <remarks>
/// Safe to call from any thread. A question outside its range throws <see cref="ExperimentException"/>.
/// </remarks>
public interface IExplorer
{
    /// <summary>How the gradient flows back through an untrained network.</summary>
    /// <param name="question">The network.</param>
    /// <returns>Its gradients, with the formulas beside them.</returns>
    ExplorerAnswer Explore(ExplorerQuestion question);

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
}
