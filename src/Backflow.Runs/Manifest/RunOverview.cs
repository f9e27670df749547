using System.Collections.Immutable;

namespace Backflow.Runs.Manifest;

/// <summary>What a list shows of a run.</summary>
/// <param name="Run">The manifest.</param>
/// <param name="Newest">
/// The newest value of each scalar metric that was asked for, in that order; null where the run has none.
/// </param>
/// <param name="Informations">Its events that are worth knowing.</param>
/// <param name="Warnings">Its events that are warnings.</param>
/// <param name="Errors">Its events that are errors.</param>
public sealed record RunOverview(
    RunManifest Run, ImmutableArray<double?> Newest, int Informations, int Warnings, int Errors);
