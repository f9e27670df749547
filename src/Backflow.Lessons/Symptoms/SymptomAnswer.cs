using Backflow.Lessons.Trainings;

namespace Backflow.Lessons.Symptoms;

/// <summary>A training with a fault, and what was found of it.</summary>
/// <param name="Name">The symptom's name.</param>
/// <param name="Rule">The rule that is expected to find it.</param>
/// <param name="Fault">What is wrong with the training.</param>
/// <param name="Network">The training, with every verdict.</param>
public sealed record SymptomAnswer(string Name, string Rule, string Fault, TrainedNetwork Network);
