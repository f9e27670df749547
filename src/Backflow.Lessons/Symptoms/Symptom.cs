using Backflow.Training;

namespace Backflow.Lessons.Symptoms;

/// <summary>A training with one fault, which shows a symptom at once.</summary>
/// <param name="Name">The name in a question.</param>
/// <param name="Rule">The rule that finds it, its row in docs/verdicts.md.</param>
/// <param name="Fault">What is wrong with it, in a few words.</param>
/// <param name="Configuration">What is trained.</param>
internal sealed record Symptom(string Name, string Rule, string Fault, TrainingConfiguration Configuration);
