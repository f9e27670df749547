namespace Backflow.Engine;

/// <summary>Checks a buffer's length where a public method receives it.</summary>
internal static class ShapeGuard
{
    /// <summary>Throws if a buffer has another length than its shape asks for.</summary>
    /// <param name="actual">Elements that the buffer has.</param>
    /// <param name="expected">Elements that the shape has.</param>
    /// <param name="buffer">The buffer's name.</param>
    /// <param name="shape">The shape in letters, or what the buffer belongs to.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void HasLength(int actual, int expected, string buffer, string shape)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{buffer} has {actual} elements; expected {shape} = {expected}.", buffer);
        }
    }

    /// <summary>Throws if a buffer does not have the elements of [a, b, c].</summary>
    public static void HasShape(int actual, int a, int b, int c, string buffer, string letters)
    {
        if (actual != a * b * c)
        {
            throw new ArgumentException(
                $"{buffer} has {actual} elements; expected {letters} = [{a}, {b}, {c}] = {a * b * c}.", buffer);
        }
    }
}
