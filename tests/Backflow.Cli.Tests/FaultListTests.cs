using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>The faults that eng/mutants.py replays are still lines of the program, with tests.</summary>
public sealed class FaultListTests
{
    [Fact]
    public void Faults_OfTheList_HaveTheirLineAndTheirTests()
    {
        using JsonDocument list = JsonDocument.Parse(Text("eng", "mutants", "faults.json"));
        Assert.NotEmpty(list.RootElement.EnumerateArray());
        Assert.All(list.RootElement.EnumerateArray(), static fault =>
        {
            string[] file = Value(fault, "file").Split('/');
            Assert.Equal(2, Text(file).Split(Value(fault, "before")).Length);
            string suite = Path.Combine(RepositoryRoot.Path, "tests", $"Backflow.{Value(fault, "suite")}.Tests");
            Assert.All(Value(fault, "tests").Split(", "), name => Assert.Single(
                Directory.EnumerateFiles(suite, $"{name}.cs", SearchOption.AllDirectories)));
        });

        static string Value(JsonElement fault, string name) => fault.GetProperty(name).GetString()!;
        static string Text(params string[] path) =>
            File.ReadAllText(Path.Combine([RepositoryRoot.Path, .. path]));
    }
}
