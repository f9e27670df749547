namespace Backflow.Tests;

/// <summary>The checkout that these tests were compiled from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    // Reproducible builds map source paths, so the way up starts where the test program lies.
    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Backflow.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
    }
}
