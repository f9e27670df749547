// How much of the gradient is left 50 timesteps back, for three largest singular values of W_hh?
using Backflow.Engine;

const int Units = 64;
const int Features = 8;
const int Timesteps = 51;

foreach (double sigma in (double[])[0.8, 1.0, 1.2])
{
    SplittableRandom random = new(1);
    RecurrentNetwork network = new(new NetworkOptions
    {
        InputSize = Features,
        Layers = [new LayerOptions(Cells.RnnTanh, Units)],
    });

    // Your turn: begin W_hh as a random orthogonal matrix times sigma, which is then its largest singular value.
    InitialisationOptions start = new();
    NetworkInitialiser.Initialise(network, start, random.Split("initialisation"));

    using WorkerPool pool = new(threads: 1);
    NetworkPass pass = new(network, Timesteps, batchSize: 1, pool);
    pass.SetInput(Normal(random.Split("input"), Timesteps * Features));
    pass.ResetState();
    pass.Forward();

    // The loss is the last state along a random direction of length 1.
    float[] direction = Normal(random.Split("loss"), Units);
    double length = GradientClipping.Norm(direction);
    float[] gradient = new float[Timesteps * Units];
    for (int unit = 0; unit < Units; unit++)
    {
        gradient[((Timesteps - 1) * Units) + unit] = (float)(direction[unit] / length);
    }

    pass.SetOutputGradient(gradient);
    pass.Backward();

    // Your turn: ‖∂L/∂h‖ of the first timestep, divided by that of the last; pass.Layers[0].HiddenGradient(t) has it.
    double share = double.NaN;
    Console.WriteLine(FormattableString.Invariant($"{sigma} {share:g4}"));
}

static float[] Normal(SplittableRandom random, int count) =>
    [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
