using System.Collections.Immutable;
using Backflow.Lessons.Trainings;

namespace Backflow.Lessons.Before;

/// <summary>What a remedy from before gates does to a small network that is to keep a sign.</summary>
/// <param name="Remedy">The remedy's name.</param>
/// <param name="Timesteps">How long the sign is to be kept, T.</param>
/// <param name="Pairs">The trainings without and with it; clipping has a pair for each of the two faults.</param>
public sealed record BeforeAnswer(string Remedy, int Timesteps, ImmutableArray<RemedyPair> Pairs);

/// <summary>Two trainings that differ in one setting.</summary>
/// <param name="Fault">What would go wrong: vanishing or exploding.</param>
/// <param name="Without">The training as it is.</param>
/// <param name="With">The same with the remedy.</param>
public sealed record RemedyPair(string Fault, TrainedNetwork Without, TrainedNetwork With);
