namespace Backflow.Exchange.Tests.TensorFlowJs;

/// <summary>Makes models with the TensorFlow.js of package-lock.json, which it installs in artifacts/.</summary>
internal static class TensorFlowJsModels
{
    private const string Script = "makeModels.mjs";

    /// <summary>This folder in the checkout.</summary>
    public static string Folder { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "TensorFlowJs");

    /// <summary>Makes the models.</summary>
    /// <param name="target">Where their folders are put.</param>
    public static async Task MakeAsync(string target)
    {
        DirectoryInfo work =
            Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "artifacts", "tensorflowjs"));
        foreach (string name in new[] { "package.json", "package-lock.json", ".npmrc", Script })
        {
            File.Copy(Path.Combine(Folder, name), Path.Combine(work.FullName, name), overwrite: true);
        }

        string version = Path.Combine(work.FullName, "installed.json");
        string wanted = await ReadAsync(Path.Combine(Folder, "package-lock.json"));
        if (!File.Exists(version) || await ReadAsync(version) != wanted)
        {
            await OutsideProgram.RunAsync(work.FullName, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await File.WriteAllTextAsync(version, wanted, TestContext.Current.CancellationToken);
        }

        await OutsideProgram.RunAsync(work.FullName, "node", Script, target);
    }

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
}
