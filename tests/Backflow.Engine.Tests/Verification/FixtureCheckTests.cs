using Backflow.Engine.Tests.Fixtures;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

public sealed class FixtureCheckTests
{
    public static TheoryData<string> Names => [.. FixtureFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_RecordedByPyTorch_TwinAndEngineAgree(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        FixtureCheckResult result = FixtureCheck.Run(file.Tensors, file.Metadata);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"| {name} | {result.WorstDouble.Deviation:E1} ({result.WorstDouble.Tensor}) "
            + $"| {result.WorstSingle.Deviation:E1} ({result.WorstSingle.Tensor}) |");
        foreach (FixtureComparison tensor in result.Tensors)
        {
            Assert.True(
                tensor.Double.Deviation <= FixtureCheck.DoubleTolerance, $"{name}, double twin: {tensor.Double}");
            Assert.True(
                tensor.Single.Deviation <= FixtureCheck.SingleTolerance, $"{name}, float engine: {tensor.Single}");
        }

        Assert.True(result.Passed);
    }
}
