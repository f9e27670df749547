namespace Backflow.Telemetry;

/// <summary>A quantity that cannot be measured of a cell; the message names both.</summary>
/// <param name="message">What is not measured, of which cell, and why.</param>
public sealed class NotMeasuredException(string message) : InvalidOperationException(message);
