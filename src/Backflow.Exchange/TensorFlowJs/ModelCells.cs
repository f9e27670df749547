using Backflow.Engine;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>Finds the cells of recurrent layers.</summary>
internal static class ModelCells
{
    private const string Sigmoid = "sigmoid";

    /// <summary>Whether a class of layers is recurrent.</summary>
    public static bool IsRecurrent(string kind) => kind is "SimpleRNN" or "LSTM" or "GRU";

    /// <summary>The cell of a recurrent layer.</summary>
    /// <exception cref="ExchangeException">No cell here computes as the layer does.</exception>
    public static ModelCell Of(ModelLayer layer)
    {
        if (layer.Kind == "SimpleRNN")
        {
            return new ModelCell(Elman(layer), [0]);
        }

        Require(layer, "activation", "tanh", "tanh");
        Require(layer, "recurrent_activation", Sigmoid, "hard_sigmoid");
        return layer.Kind switch
        {
            // i, f, c, o are the engine's i, f, g, o.
            "LSTM" => new ModelCell(Cells.Lstm, [0, 1, 2, 3]),

            // z, r, h: z keeps the old state in both.
            _ when layer.Config.Flag("reset_after", otherwise: false) =>
                new ModelCell(Cells.Gru, [1, 0, 2], HasTwoBiases: true),

            // z keeps the old state in Keras and takes the new one here: σ(−a) = 1 − σ(a).
            _ => new ModelCell(Cells.GruResetBefore, [1, 0, 2], Negated: (int)GruGate.Update),
        };
    }

    private static CellDescription Elman(ModelLayer layer)
    {
        string activation = layer.Config.LookText("activation") ?? "tanh";
        return activation switch
        {
            "tanh" => Cells.RnnTanh,
            "relu" => Cells.RnnRelu,
            Sigmoid => Cells.RnnSigmoid,
            _ => throw Wrong(layer, "activation", activation, "tanh, relu and sigmoid"),
        };
    }

    private static void Require(ModelLayer layer, string key, string wanted, string otherwise)
    {
        string activation = layer.Config.LookText(key) ?? otherwise;
        if (activation != wanted)
        {
            throw Wrong(layer, key, activation, wanted);
        }
    }

    private static ExchangeException Wrong(ModelLayer layer, string key, string activation, string allowed) =>
        layer.Config.Refusals.NotSupported(
            $"the {layer.Kind} {ModelRefusals.Quoted(layer.Name)} has the {key} {ModelRefusals.Quoted(activation)}, "
            + $"and {allowed} can be read",
            key == "activation"
                ? "Train the layer with another activation."
                : "Make the layer with recurrentActivation: 'sigmoid', as hardSigmoid is the default, and train it.");
}
