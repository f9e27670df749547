namespace Backflow.Engine;

/// <summary>The recurrent cells that the engine trains.</summary>
public enum CellKind
{
    /// <summary>Elman network with tanh.</summary>
    RnnTanh,

    /// <summary>Elman network with ReLU.</summary>
    RnnRelu,

    /// <summary>Elman network with the logistic sigmoid.</summary>
    RnnSigmoid,

    /// <summary>Long short-term memory with a forget gate.</summary>
    Lstm,

    /// <summary>Gated recurrent unit, reset after the recurrent product (PyTorch, cuDNN).</summary>
    Gru,

    /// <summary>Gated recurrent unit, reset before the recurrent product (Cho 2014), z taking the new state.</summary>
    GruResetBefore,
}
