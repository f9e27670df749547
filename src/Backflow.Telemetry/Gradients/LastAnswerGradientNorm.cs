using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L_τ/∂hₜ‖₂, or ‖∂L_τ/∂cₜ‖₂ of an LSTM, for the last answer τ of a sequence and every timestep before
/// it.</summary>
/// <remarks>
/// Where every timestep has a loss, the total gradient of an early state is mostly that of the answers next to it, and
/// says nothing about the way from the end. This is the last row of <see cref="ItemisedGradientNorm"/>, over some
/// sequences of the batch: they go through a pass of their own in which the last answer alone has a target. Frobenius
/// norm over units and those sequences; the loss is the mean over their last answers; without dropout; before clipping.
/// Unit: loss per unit of state. Range [0, ∞), NaN kept. Cost: one step of a sixteenth of the batch, and its memory.
/// How to read it: where it fades, what the network can learn ends. Its horizon is the memory that training has.
/// </remarks>
public sealed class LastAnswerGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "last-answer-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Last answer’s gradient",
        Title = "Last answer’s gradient ‖∂L_τ/∂hₜ‖₂, of cₜ where there is a cell state",
        Meaning = "The gradient of a sequence's last loss by the state after each timestep.",
        Formula = "‖∂L_τ/∂hₜ‖₂, ‖∂L_τ/∂cₜ‖₂ in an LSTM, τ the last timestep with a target",
        Reduction =
            "[τ + 1] per layer. Frobenius norm over units and the first sequences of the batch, a sixteenth of "
            + "them, 1 to 4; the loss is the mean over their last answers; without dropout; before clipping. "
            + "Sequences whose last answer comes earlier than another's take no part.",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of state",
        HowToRead =
            "The total gradient mixes the losses of all later timesteps, so where each has one it hardly "
            + "falls. This one shows the way back from the end alone.",
        Caption =
            "of the last loss alone; ℓ₂ norm over units and some sequences, loss averaged over them, before "
            + "clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.Repeat,
    };

    /// <summary>The name of the horizon of these norms.</summary>
    public const string HorizonMetricName = "last-answer-horizon";

    /// <summary>The words and the schedule of <see cref="HorizonMetricName"/>.</summary>
    public static MetricDescription HorizonDescription { get; } = new()
    {
        Name = HorizonMetricName,
        Label = "Last answer’s horizon",
        Title = "Horizon of the last answer",
        Meaning = "The largest lag whose last-answer gradient is above 1 % of its norm at the answer.",
        Formula = "as [gradient-horizon](#gradient-horizon), of last-answer-gradient-norm",
        Reduction = "a scalar per layer, NaN where the answer itself has no finite gradient",
        Range = "[0, τ]",
        Unit = "timesteps",
        HowToRead = "How far back this network can learn, also where every timestep has a loss.",
        Caption = "largest lag whose last answer’s gradient is above 1 % of its norm at lag 0",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Repeat,
    };

    private const int LargestShare = 16;
    private const int MostSequences = 4;
    private const int NoTarget = -1;

    private readonly CellGradientNorm _ofCell = new();
    private readonly TotalGradientNorm _ofHidden = new();
    private readonly NetworkPass _batch;
    private readonly NetworkPass _pass;

    // What is copied is one timestep, or all targets, of the whole batch; the pass takes the first of its sequences.
    private readonly float[] _slot;
    private readonly float[] _cellSlot;
    private readonly float[] _input;

    /// <summary>Allocates what measuring needs.</summary>
    /// <param name="batch">The pass that trains.</param>
    /// <param name="pool">Its threads.</param>
    /// <param name="sequences">Sequences of the batch that take part; null for a sixteenth of them, at most 4.</param>
    /// <exception cref="ArgumentException"><see cref="CanMeasure"/> is false.</exception>
    public LastAnswerGradientNorm(NetworkPass batch, WorkerPool pool, int? sequences = null)
    {
        if (!CanMeasure(batch))
        {
            throw new ArgumentException("The network has no head with an answer of its own at the end.", nameof(batch));
        }

        _batch = batch;
        int taken = Math.Min(
            sequences ?? Math.Clamp(batch.BatchSize / LargestShare, 1, MostSequences), batch.BatchSize);
        _pass = new NetworkPass(batch.Network, batch.SequenceLength, taken, pool, batch.Recomputes);
        int widest = batch.Layers.Max(static layer => layer.HiddenSize);
        _slot = new float[batch.BatchSize * Math.Max(widest, batch.Layers[0].InputSize)];
        _cellSlot = new float[batch.BatchSize * widest];
        _input = new float[batch.Tokens.IsEmpty ? batch.SequenceLength * taken * batch.Layers[0].InputSize : 0];
    }

    /// <summary>Whether a network has a last answer that can be asked for alone.</summary>
    /// <param name="pass">A pass that has its targets.</param>
    /// <returns>False without a head, and where real values are wanted at every timestep.</returns>
    public static bool CanMeasure(NetworkPass pass) =>
        pass.Head is LinearHead head && (head.TargetValues.IsEmpty || head.Timesteps == 1);

    /// <summary>Repeats some sequences of the batch, forward and backward from their last answer.</summary>
    /// <returns>Timesteps up to the last answer, itself included; 0 where there is no answer.</returns>
    /// <remarks>
    /// To be called between the batch's forward and backward pass: it overwrites the network's gradients.
    /// </remarks>
    public int Repeat()
    {
        int answer = CopyTargets();
        if (answer < 0)
        {
            return 0;
        }

        CopyInput();
        CopyInitialState();
        _pass.Forward();
        _pass.Backward();
        return answer + 1;
    }

    /// <summary>Measures one layer.</summary>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <param name="norms">[T], overwritten: entry t belongs to the state after timestep t, 0 after the last
    /// answer.</param>
    public void Measure(int layer, Span<float> norms)
    {
        RowMetric gradient = _pass.Layers[layer].HasCellState ? _ofCell : _ofHidden;
        gradient.Measure(_pass.Layers[layer], norms);
    }

    // The latest answer of the sequences counts; one that ends earlier takes no part.
    private int CopyTargets()
    {
        LinearHead from = _batch.Head!;
        LinearHead to = _pass.Head!;
        int sequences = _pass.BatchSize;
        int last = from.Timesteps - 1;
        if (!from.TargetValues.IsEmpty)
        {
            to.SetTargetValues(from.TargetValues[..(sequences * from.OutputSize)]);
            return _pass.SequenceLength - 1;
        }

        to.Targets.Fill(NoTarget);
        for (int t = last; t >= 0; t--)
        {
            ReadOnlySpan<int> wanted = from.Targets.Slice(t * _batch.BatchSize, sequences);
            if (wanted.ContainsAnyExcept(NoTarget))
            {
                wanted.CopyTo(to.Targets[(t * sequences)..]);
                return t + _pass.SequenceLength - from.Timesteps;
            }
        }

        return -1;
    }

    private void CopyInput()
    {
        int sequences = _pass.BatchSize;
        for (int t = 0; t < _pass.SequenceLength; t++)
        {
            if (_input.Length == 0)
            {
                _batch.Tokens.Slice(t * _batch.BatchSize, sequences).CopyTo(_pass.Tokens[(t * sequences)..]);
                continue;
            }

            int features = _batch.Layers[0].InputSize;
            Span<float> values = _slot.AsSpan(0, _batch.BatchSize * features);
            _batch.Layers[0].Input(t).CopyTo(values);
            values[..(sequences * features)].CopyTo(_input.AsSpan(t * sequences * features));
        }

        if (_input.Length > 0)
        {
            _pass.SetInput(_input);
        }
    }

    private void CopyInitialState()
    {
        for (int layer = 0; layer < _batch.Network.Layers.Length; layer++)
        {
            int units = _batch.Layers[layer].HiddenSize;
            int taken = _pass.BatchSize * units;
            Span<float> hidden = _slot.AsSpan(0, _batch.BatchSize * units);
            Span<float> cell = _batch.Layers[layer].HasCellState ? _cellSlot.AsSpan(0, hidden.Length) : [];
            _batch.Layers[layer].Hidden(LayerPass.Initial).CopyTo(hidden);
            if (!cell.IsEmpty)
            {
                _batch.Layers[layer].Cell(LayerPass.Initial).CopyTo(cell);
            }

            _pass.Layers[layer].SetInitialState(hidden[..taken], cell.IsEmpty ? cell : cell[..taken]);
        }
    }
}
