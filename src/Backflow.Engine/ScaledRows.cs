namespace Backflow.Engine;

/// <summary>One term of a <see cref="ScaledRowsProduct"/>.</summary>
/// <param name="Target">The block of M that the term adds to.</param>
/// <param name="Source">The block of the matrix whose rows are scaled, or <see cref="Identity"/>.</param>
/// <param name="Factor">Which of the factors scales them.</param>
public readonly record struct ScaledRows(int Target, int Source, int Factor)
{
    /// <summary>Stands for a block of the matrix: the term is diag(factor) itself.</summary>
    public const int Identity = -1;
}
