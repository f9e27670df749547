namespace Backflow.Engine.Tests.Kernels;

/// <summary>What the tests can ask a width for.</summary>
public enum ActivationKind
{
    Exp,
    Sigmoid,
    Tanh,
    Relu,
    IsPositive,
}
