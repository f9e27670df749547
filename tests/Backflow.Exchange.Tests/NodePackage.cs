namespace Backflow.Exchange.Tests;

/// <summary>Runs scripts with the npm packages of a folder's package-lock.json, which it installs in
/// artifacts/.</summary>
/// <param name="folder">The folder, from this project's.</param>
internal sealed class NodePackage(params string[] folder)
{
    /// <summary>The folder in the checkout.</summary>
    public string Folder { get; } =
        Path.Combine([RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", .. folder]);

    /// <summary>Runs a script of the folder.</summary>
    /// <param name="script">Its name.</param>
    /// <param name="arguments">What it is given.</param>
    public async Task RunAsync(string script, params string[] arguments)
    {
        DirectoryInfo work = Directory.CreateDirectory(
            Path.Combine(RepositoryRoot.Path, "artifacts", string.Join('-', folder).ToLowerInvariant()));
        foreach (string name in new[] { "package.json", "package-lock.json", ".npmrc", script })
        {
            File.Copy(Path.Combine(Folder, name), Path.Combine(work.FullName, name), overwrite: true);
        }

        string installed = Path.Combine(work.FullName, "installed.json");
        string wanted = await ReadAsync(Path.Combine(Folder, "package-lock.json"));
        if (!File.Exists(installed) || await ReadAsync(installed) != wanted)
        {
            await OutsideProgram.RunAsync(work.FullName, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await File.WriteAllTextAsync(installed, wanted, TestContext.Current.CancellationToken);
        }

        await OutsideProgram.RunAsync(work.FullName, "node", [script, .. arguments]);
    }

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
}
