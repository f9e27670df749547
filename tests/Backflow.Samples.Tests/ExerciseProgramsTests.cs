using System.Globalization;
using System.Text.Json;
using Backflow.Lessons;

namespace Backflow.Samples.Tests;

/// <summary>
/// The programs of the exercises: each builds as a reader gets it, and completed it passes the check.
/// </summary>
public sealed class ExerciseProgramsTests : IDisposable
{
    // What a reader writes in place of what is there; the page's own answers say the same.
    private static readonly Dictionary<string, (string Place, string Solution)[]> Solutions = new(
        StringComparer.Ordinal)
    {
        ["spectral"] =
        [
            (
                "InitialisationOptions start = new();",
                "InitialisationOptions start = new() { Scheme = InitialisationScheme.Orthogonal, Gain = sigma };"),
            (
                "double share = double.NaN;",
                "double share = pass.Layers[0].HiddenGradient(0).Norm() "
                    + "/ pass.Layers[0].HiddenGradient(Timesteps - 1).Norm();"),
        ],
        ["flow"] =
        [
            ("double share = double.NaN;", "double share = row.Values[0] / (double)row.Values[^1];"),
        ],
        ["copy"] =
        [
            (
                "double recalled = double.NaN;",
                "using TrainingRun run = new(TrainingSession.Create(configuration), new MemoryRecord(), "
                    + "new SilentObserver(), TimeProvider.System);"
                    + "double? recalled = run.Train(CancellationToken.None).Success;"),
        ],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-exercises-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("spectral")]
    [InlineData("flow")]
    [InlineData("copy")]
    public void Program_AsItIs_Builds(string exercise)
    {
        Write(Answer(exercise).GetProperty("skeleton").GetString()!);
        Checkout.Run(_folder, "dotnet", ["build", "--nologo"]);
    }

    [Theory]
    [InlineData("spectral")]
    [InlineData("flow")]
    [InlineData("copy")]
    public void Program_Completed_PrintsWhatTheExerciseExpects(string exercise)
    {
        JsonElement answer = Answer(exercise);
        string program = answer.GetProperty("skeleton").GetString()!;
        foreach ((string place, string solution) in Solutions[exercise])
        {
            Assert.Contains(place, program, StringComparison.Ordinal);
            program = program.Replace(place, solution, StringComparison.Ordinal);
        }

        Write(program);
        string output = Checkout.Run(_folder, "dotnet", ["run"]);
        foreach (JsonElement number in answer.GetProperty("fields")[0].GetProperty("numbers").EnumerateArray())
        {
            string key = string.Join(
                ' ', number.GetProperty("key").EnumerateArray().Select(static one => one.GetRawText()));
            string line = output.Split('\n').FirstOrDefault(
                one => one.StartsWith($"{key} ", StringComparison.Ordinal), string.Empty).Trim();
            Assert.True(line.Length > 0, $"No line begins with {key}: {output}");
            double value = double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            double least = number.GetProperty("least").GetDouble();
            double greatest = number.GetProperty("greatest").GetDouble();
            Assert.True(value >= least && value <= greatest, $"{line}: expected from {least} to {greatest}");
        }
    }

    private static JsonElement Answer(string exercise) => JsonDocument.Parse(
        EngineQuestions.Answer("exercise", new Dictionary<string, string> { ["name"] = exercise })).RootElement;

    // A console project outside of this one, with what the package Backflow holds.
    private void Write(string program)
    {
        string references = string.Concat(((string[])["Engine", "Telemetry", "Tensors", "Training"]).Select(
            static name =>
                $"""
                    <Reference Include="Backflow.{name}">
                      <HintPath>{Path.Combine(AppContext.BaseDirectory, $"Backflow.{name}.dll")}</HintPath>
                    </Reference>

                """));
        File.WriteAllText(Path.Combine(_folder, "Exercise.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
            {references}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), program);
    }
}
