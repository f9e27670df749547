namespace Backflow.Lessons.Exercises;

/// <summary>The programs that exercises begin with, as samples/exercises has them.</summary>
internal static class ProgramText
{
    /// <summary>The text of a program.</summary>
    /// <param name="file">Its file's name.</param>
    public static string Of(string file)
    {
        using Stream stream = typeof(ProgramText).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The program {file} is not embedded.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
