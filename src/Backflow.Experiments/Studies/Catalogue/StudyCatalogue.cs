using System.Collections.Immutable;
using Backflow.Experiments.Studies.Attention;
using Backflow.Experiments.Studies.Exercises;
using Backflow.Experiments.Studies.Flows;
using Backflow.Experiments.Studies.Probes;
using Backflow.Experiments.Studies.Tasks;
using Backflow.Training;

namespace Backflow.Experiments.Studies;

/// <summary>Every study.</summary>
public static class StudyCatalogue
{
    /// <summary>The studies, in the order in which lists show them.</summary>
    public static ImmutableArray<IStudy> All { get; } =
    [
        new GradientNormStudy(),
        new SpectralStudy(),
        new ActivationStudy(),
        new ForgetBiasStudy(),
        ForgetBiasLengths.Study,
        new TrainingFlowStudy(),
        new ClipStudy(),
        new ExercisesStudy(),
        .. TaskStudies.All,
        new BottleneckStudy(),
    ];

    /// <summary>Finds a study.</summary>
    /// <param name="name">The name that users type.</param>
    /// <returns>The study.</returns>
    /// <exception cref="ExperimentException">There is no such study.</exception>
    public static IStudy Find(string name) =>
        All.FirstOrDefault(study => study.Name == name)
        ?? throw new ExperimentException(
            $"There is no experiment '{name}'; there are {string.Join(", ", All.Select(static study => study.Name))}.",
            "Take one of these.");
}
