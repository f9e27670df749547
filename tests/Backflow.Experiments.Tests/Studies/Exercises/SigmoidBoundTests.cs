using Backflow.Experiments.Studies.Exercises;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Exercises;

public sealed class SigmoidBoundTests
{
    [Fact]
    public void Run_RandomNetworks_ComeNearTheBoundAndNeverAboveIt()
    {
        SigmoidBound.Search search =
            SigmoidBound.Run(networks: 200, seed: 1, static (_, _) => { }, CancellationToken.None);
        Assert.Equal(200, search.Networks);
        Assert.Equal(0, search.Above);
        Assert.InRange(search.Closest, 0.5, 1);
    }

    [Fact]
    public void TwoUnitNetwork_JacobianAtZero_IsTheMatrix()
    {
        float[] weights = [0.5f, 0.3f, 0.2f, 0.4f];
        Assert.Equal(Array.ConvertAll(weights, static w => (double)w), TwoUnitNetwork.Jacobian(weights, [0, 0]));
    }
}
