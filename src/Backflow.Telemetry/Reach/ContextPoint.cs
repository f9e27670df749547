namespace Backflow.Telemetry;

/// <summary>One point of the curve of an effective context.</summary>
/// <param name="Lag">
/// ℓ, how many of the newest inputs are the sequence's own, from 0; everything before them is another sequence's.
/// </param>
/// <param name="LossRise">The mean loss with this lag minus the mean loss of the whole own sequence, in the unit of the
/// loss.</param>
/// <param name="StandardError">The standard error of the rise over the sequences, from the differences of
/// pairs.</param>
/// <param name="ErrorRise">By how much the share of failures rises, from −1 to 1; NaN where success is not
/// defined.</param>
public readonly record struct ContextPoint(int Lag, double LossRise, double StandardError, double ErrorRise);
