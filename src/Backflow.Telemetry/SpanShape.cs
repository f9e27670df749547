namespace Backflow.Telemetry;

/// <summary>Checks the length of a buffer that a caller hands in.</summary>
internal static class SpanShape
{
    /// <summary>Throws if a buffer has another length than its shape asks for.</summary>
    public static void Require(int actual, int expected, string shape, string buffer)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{buffer} has {actual} elements; expected {shape} = {expected}.", buffer);
        }
    }
}
