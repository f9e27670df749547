using Backflow.Training;

namespace Backflow.Lessons.Before;

/// <summary>A fault, and the configurations without and with a remedy.</summary>
/// <param name="Fault">vanishing or exploding.</param>
/// <param name="WithoutLabel">The first network in a few words.</param>
/// <param name="Without">What is trained without the remedy.</param>
/// <param name="WithLabel">The second network in a few words.</param>
/// <param name="With">What is trained with it.</param>
internal sealed record RemedyTrial(
    string Fault,
    string WithoutLabel,
    TrainingConfiguration Without,
    string WithLabel,
    TrainingConfiguration With);
