using System.Globalization;

namespace Gallery;

/// <summary>The weights of a network with two hidden layers, or how far they are from others.</summary>
[Tree]
public sealed partial record Net(Tensor W1, Tensor B1, Tensor W2, Tensor B2, Tensor W3, Tensor B3)
{
    /// <summary>First weights: normal, by the size of what they read; offsets 0.</summary>
    public static Net Of(RandomKey key, int inputs, int hidden, int outputs)
    {
        RandomKey[] keys = key.Split(3);
        Tensor Weights(int i, int from, int to) => keys[i].Normal([from, to]) / Math.Sqrt(from);
        return new Net(Weights(0, inputs, hidden), Tensor.Zeros([hidden]), Weights(1, hidden, hidden), Tensor.Zeros([hidden]), Weights(2, hidden, outputs),
            Tensor.Zeros([outputs]));
    }
}

/// <summary>Sinusoids that are known at a few points.</summary>
/// <remarks>Implicit MAML: a task moves its weights w = λ + u from the first weights λ, which all tasks share, and is held near them by a penalty on u. The
/// gradient in λ is exact at the minimum in u, however u got there. Source: Rajeswaran, Finn, Kakade and Levine (2019), arXiv:1909.04630, equations (3) and
/// (6).</remarks>
public static partial class FewShot
{
    private const double Penalty = 1;

    [InnerObjective]
    public static Tensor Adapt(Net u, Net first, Tensor x, Tensor y) => Test(u, first, x, y) + (0.5 * Penalty * SquaredNorm(u));

    [OuterObjective]
    public static Tensor Test(Net u, Net first, Tensor x, Tensor y) => (Output(first + u, x) - y).Square().Mean();

    /// <summary>‖u‖².</summary>
    public static Tensor SquaredNorm(Net u) =>
        u.W1.Square().Sum() + u.B1.Square().Sum() + u.W2.Square().Sum() + u.B2.Square().Sum() + u.W3.Square().Sum() + u.B3.Square().Sum();

    /// <summary>What the network makes of its inputs.</summary>
    public static Tensor Output(Net w, Tensor x) => ((x.MatMul(w.W1) + w.B1).Tanh().MatMul(w.W2) + w.B2).Tanh().MatMul(w.W3) + w.B3;
}

/// <summary>Learns first weights from which ten points tell a sinusoid.</summary>
internal static class FewShotJob
{
    private const int Hidden = 40;
    private const int Shots = 10;
    private const int Queries = 20;
    private const int TasksPerStep = 16;

    public static GalleryJob Job { get; } = new("few-shot", "learns first weights from which ten points tell a sinusoid (implicit MAML)", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(7).Split(3);
        Net start = Net.Of(keys[0], 1, Hidden, 1), zero = start * 0;
        Minimizer minimizer = Minimizer.Lbfgs(tolerance: 1e-5);

        // amplitude 0.1 to 5, phase 0 to π, points from -5 to 5: Finn, Abbeel and Levine (2017), arXiv:1703.03400, section 5.1
        MinimizationProblem<Net, Net> Task(RandomKey key)
        {
            RandomKey[] drawn = key.Split(3);
            Tensor amplitude = drawn[0].Uniform([], 0.1, 5), phase = drawn[1].Uniform([], 0, Math.PI), x = drawn[2].Uniform([Shots + Queries, 1], -5, 5);
            Tensor y = amplitude * (x - phase).Sin();
            return Bilevel.Problem(FewShot.AdaptObjective(x[..Shots], y[..Shots]).MinimizedBy(minimizer), FewShot.TestObjective(x[Shots..], y[Shots..]));
        }

        OuterLoop<Net, Net> loop = OuterLoop.Over(Task, Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(1e-4)))
            .Keyed(keys[1]).Accumulating(setting.IsQuick ? 4 : TasksPerStep).ColdStarts().OnFailure(StepFailure.Skip(10)).With(Optimizer.Adam(0.01))
            .Until(Stop.AfterSteps(setting.IsQuick ? 6 : 150));
        Net first = start;
        int skipped = 0;
        foreach (OuterStep<Net, Net> step in setting.Watched(loop).From(zero, start, setting.Cancellation))
        {
            first = step.Next.Hyper;
            skipped += step.Record.Outcome == StepOutcome.Skipped ? 1 : 0;
            if (step.Number % 10 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        // new tasks, each told by ten points, from the first weights of before and of now
        RandomKey[] held = keys[2].Split(setting.IsQuick ? 10 : 100);
        double Error(Net from) => held.Select(Task).Average(task => task.Outer.Evaluate(task.Inner.Solve(zero, from).State, from).ToScalar());
        (double before, double after) = (Error(start), Error(first));
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"squared error on new sinusoids, each known at {Shots} points: {before:F2} -> {after:F2}; {skipped} steps were skipped"),
            after < (setting.IsQuick ? 0.9 : 0.5) * before);
    }
}
