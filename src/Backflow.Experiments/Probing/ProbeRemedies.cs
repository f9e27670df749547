using System.Collections.Immutable;
using System.Globalization;
using Backflow.Exchange.Probes;

namespace Backflow.Experiments.Probing;

/// <summary>Changes to a layer, as lines of PyTorch.</summary>
/// <remarks>A layer has two biases, b_ih and b_hh, whose sum counts: one is set and the other cleared.</remarks>
internal static class ProbeRemedies
{
    // Gates as PyTorch orders them: i f g o, and r z n.
    private const int LstmInput = 0;
    private const int LstmForget = 1;
    private const int GruUpdate = 1;

    public static ImmutableArray<string> AgainstExplosion(ProbedLayer layer) =>
    [
        "limit the norm of the gradient before the optimizer's step: "
            + "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
        Orthogonal(layer),
    ];

    public static ImmutableArray<string> ForLongerMemory(ProbedLayer layer) =>
        layer.Kind.Cell.ForgetBias is not null
            ?
            [
                $"open the forget gate: with torch.no_grad(): {Fill(layer, LstmForget, "fill_(3.0)")}",
                $"give the gates time scales up to the sequence's: {Chrono(layer)}; {Input(layer)}",
            ]
            : layer.Kind.Cell.ChronoBiases.IsEmpty
                ? [Orthogonal(layer), $"take nn.LSTM or nn.GRU in place of nn.RNN for '{layer.Module}'"]
                :
                [
                    $"give the gate time scales up to the sequence's: {Chrono(layer)}",
                    $"take nn.LSTM in place of nn.GRU for '{layer.Module}'",
                ];

    public static string DivideByNorm(ProbedLayer layer)
    {
        string weight = $"{layer.Module}.{Name("weight_hh", layer)}";
        return $"with torch.no_grad(): {weight}.div_(torch.linalg.matrix_norm({weight}, 2))";
    }

    private static string Orthogonal(ProbedLayer layer) =>
        "start from an orthogonal matrix, which keeps the norm of a gradient: for block in "
        + $"{layer.Module}.{Name("weight_hh", layer)}.data.split({Number(layer.HiddenSize)}): "
        + "torch.nn.init.orthogonal_(block)";

    // log U(1, T − 1), Tallec and Ollivier 2018, eq. 16
    private static string Chrono(ProbedLayer layer)
    {
        int gate = layer.Kind.Cell.ForgetBias is not null ? LstmForget : GruUpdate;
        return $"with torch.no_grad(): {Fill(layer, gate, $"uniform_(1, {Number(Longest(layer))}).log_()")}";
    }

    private static string Input(ProbedLayer layer) =>
        $"{Slice("bias_hh", layer, LstmInput)}.copy_(-{Slice("bias_hh", layer, LstmForget)})";

    private static string Fill(ProbedLayer layer, int gate, string how) =>
        $"{Slice("bias_hh", layer, gate)}.{how}; {Slice("bias_ih", layer, gate)}.zero_()";

    private static string Slice(string parameter, ProbedLayer layer, int gate) =>
        $"{layer.Module}.{Name(parameter, layer)}"
        + $"[{Number(gate * layer.HiddenSize)}:{Number((gate + 1) * layer.HiddenSize)}]";

    private static string Name(string parameter, ProbedLayer layer) => layer.Kind.IsLoop
        ? parameter
        : $"{parameter}_l{Number(layer.Layer)}{(layer.IsReverse ? "_reverse" : "")}";

    private static int Longest(ProbedLayer layer) => Math.Max(2, layer.Lengths.Max() - 1);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
