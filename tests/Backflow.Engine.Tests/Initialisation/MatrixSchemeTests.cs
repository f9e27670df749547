using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Backflow.Engine.Tests.Initialisation;

/// <summary>The schemes that fix a property of R as a matrix, judged by MathNet.Numerics.</summary>
public class MatrixSchemeTests
{
    /// <summary>Absolute: a product of two rows of an orthogonal matrix, each element rounded to float.</summary>
    private const double OrthogonalAsFloat = 1e-6;

    /// <summary>
    /// Relative: Gelfand's formula at the power 2²⁴, and the eigenvalues' own sensitivity to rounding R to float.
    /// </summary>
    private const double SpectralRadiusAsFloat = 1e-5;

    /// <summary>Relative: a singular value moves by at most the norm of what it is perturbed by.</summary>
    private const double SpectralNormAsFloat = 1e-6;

    public static TheoryData<string, int, double> Cases()
    {
        TheoryData<string, int, double> cases = [];
        foreach (int hiddenSize in (int[])[1, 3, 16, 33, 64])
        {
            cases.Add("rnn", hiddenSize, 1);
            cases.Add("lstm", hiddenSize, 0.5);
            cases.Add("gru", hiddenSize, 1.3);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Initialise_Orthogonal_GivesGainTimesAnOrthogonalMatrixPerGate(
        string cellName, int hiddenSize, double gain)
    {
        CellDescription cell = Cells.Named(cellName);
        foreach (Matrix<double> r in Blocks(cell, hiddenSize, InitialisationScheme.Orthogonal, gain))
        {
            Matrix<double> q = r / gain;
            Matrix<double> difference = (q.Transpose() * q) - DenseMatrix.CreateIdentity(hiddenSize);
            double largest = difference.Enumerate().Max(Math.Abs);
            Assert.True(largest <= OrthogonalAsFloat, $"{cell}, H = {hiddenSize}: |QᵀQ − I| reaches {largest:G3}.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Initialise_Identity_GivesGainTimesTheIdentityPerGate(string cellName, int hiddenSize, double gain)
    {
        CellDescription cell = Cells.Named(cellName);
        foreach (Matrix<double> r in Blocks(cell, hiddenSize, InitialisationScheme.Identity, gain))
        {
            Assert.Equal(DenseMatrix.CreateDiagonal(hiddenSize, hiddenSize, (float)gain), r);
        }
    }

    [Fact]
    public void Initialise_Identity_DrawsSmallInputWeightsAndNoBiases()
    {
        RecurrentNetwork network = InitialisedNetwork.Create(
            Cells.RnnRelu, 64, new InitialisationOptions { Scheme = InitialisationScheme.Identity }, inputSize: 33);
        float[] input = network.Values("weight_ih_l0");
        double deviation = Math.Sqrt(input.Average(static value => (double)value * value));

        // 2,112 draws of a deviation of 0.001: its estimate has a standard error of 1.5 %.
        Assert.InRange(deviation, 0.9e-3, 1.1e-3);
        Assert.All(network.Values("bias_ih_l0"), static value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Initialise_SpectralRadius_MatchesTheEigenvaluesOfEachGate(string cellName, int hiddenSize, double gain)
    {
        CellDescription cell = Cells.Named(cellName);
        foreach (Matrix<double> r in Blocks(cell, hiddenSize, InitialisationScheme.SpectralRadius, gain))
        {
            double radius = r.Evd().EigenValues.Enumerate().Max(static eigenvalue => eigenvalue.Magnitude);
            Assert.True(
                Math.Abs(radius - gain) <= SpectralRadiusAsFloat * gain,
                $"{cell}, H = {hiddenSize}: ρ = {radius:G9}, asked for {gain}.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Initialise_SpectralNorm_MatchesTheSingularValuesOfEachGate(string cellName, int hiddenSize, double gain)
    {
        CellDescription cell = Cells.Named(cellName);
        foreach (Matrix<double> r in Blocks(cell, hiddenSize, InitialisationScheme.SpectralNorm, gain))
        {
            double norm = r.L2Norm();
            Assert.True(
                Math.Abs(norm - gain) <= SpectralNormAsFloat * gain,
                $"{cell}, H = {hiddenSize}: σ₁ = {norm:G9}, asked for {gain}.");
        }
    }

    [Theory]
    [InlineData(InitialisationScheme.Orthogonal)]
    [InlineData(InitialisationScheme.SpectralRadius)]
    [InlineData(InitialisationScheme.SpectralNorm)]
    public void Initialise_EachGate_HasItsOwnDraw(InitialisationScheme scheme)
    {
        Matrix<double>[] blocks = Blocks(Cells.Lstm, 3, scheme, 1);
        Assert.Equal(4, blocks.Distinct().Count());
    }

    // MathNet stores columns first and so reads Rᵀ: its spectrum, its norm and its orthogonality are those of R.
    private static Matrix<double>[] Blocks(
        CellDescription cell, int hiddenSize, InitialisationScheme scheme, double gain)
    {
        RecurrentNetwork network = InitialisedNetwork.Create(
            cell, hiddenSize, new InitialisationOptions { Scheme = scheme, Gain = gain });
        int gates = network.Layers[0].RecurrentWeights.Shape[0] / hiddenSize;
        return
        [
            .. Enumerable.Range(0, gates).Select(gate => DenseMatrix.OfColumnMajor(
                hiddenSize,
                hiddenSize,
                network.RecurrentBlock(gate, hiddenSize).Select(static value => (double)value))),
        ];
    }
}
