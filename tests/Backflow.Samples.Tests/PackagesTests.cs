namespace Backflow.Samples.Tests;

/// <summary>The two packages, made, restored from a folder into a project outside of this one, and run.</summary>
public sealed class PackagesTests : IDisposable
{
    private const string Version = "0.0.1-test";

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-packages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Library_RestoredFromAFolder_TrainsInAProjectOfItsOwn()
    {
        Pack(Checkout.PathOf("eng", "package", "Backflow.csproj"));
        string scratch = Path.Combine(_folder, "scratch");
        Directory.CreateDirectory(scratch);
        File.WriteAllText(Path.Combine(scratch, "Scratch.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{_folder}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Backflow" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(scratch, "Program.cs"), """
            using Backflow.Training;
            using Backflow.Training.Recording;

            TrainingConfiguration configuration = new() { Task = "echo", Cells = ["gru"], HiddenSize = 8, Steps = 20 };
            using MemoryRecord record = new();
            using TrainingRun run = new(
                TrainingSession.Create(configuration), record, new SilentObserver(), TimeProvider.System);
            Console.WriteLine($"{run.Train(CancellationToken.None).Step} steps, {record.Rows.Count > 0}");
            """);
        string output = Checkout.Run(scratch, "dotnet", ["run"], Environment());
        Assert.Contains("20 steps, True", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Tool_InstalledFromAFolder_ChecksItsGradients()
    {
        Pack(Checkout.PathOf("src", "Backflow.Cli", "Backflow.Cli.csproj"));
        string tools = Path.Combine(_folder, "tools");
        Checkout.Run(
            _folder,
            "dotnet",
            ["tool", "install", "Backflow.Cli", "--version", Version, "--tool-path", tools, "--add-source", _folder],
            Environment());
        string program = Path.Combine(tools, OperatingSystem.IsWindows() ? "backflow.exe" : "backflow");
        Assert.Contains("bench", Checkout.Run(_folder, program, ["--help"]), StringComparison.Ordinal);
        string store = Path.Combine(_folder, "runs");
        Checkout.Run(
            _folder,
            program,
            ["train", "--task", "echo", "--cell", "gru", "--hidden", "8", "--steps", "10", "--store", store]);
        Assert.Contains(
            "gru-0001", Checkout.Run(_folder, program, ["runs", "list", "--store", store]), StringComparison.Ordinal);
    }

    private void Pack(string project) => Checkout.Run(
        RepositoryRoot.Path,
        "dotnet",
        [
            "pack", project, "--configuration", "Release", "--no-build", "--output", _folder,
            $"-p:PackageVersion={Version}", "-p:BuildProjectReferences=false", "-warnaserror",
        ]);

    // Packages of a version that every run makes anew must not stay in the user's cache.
    private Dictionary<string, string> Environment() => new() { ["NUGET_PACKAGES"] = Path.Combine(_folder, "cache") };
}
