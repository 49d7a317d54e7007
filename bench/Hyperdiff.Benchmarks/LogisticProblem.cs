namespace Hyperdiff.Benchmarks;

/// <summary>A logistic regression of random data: X ~ N(0, 1), labels of a noisy linear oracle, λ = −2 everywhere, step size 1/L, w after 100 steps from
/// zero.</summary>
public sealed class LogisticProblem
{
    private const int Seed = 0;

    /// <summary>The problem of this size.</summary>
    public LogisticProblem(int samples, int features)
    {
        var random = new Random(Seed);
        Tensor oracle = Gaussian(random, features, 1);
        (Tensor x, Tensor y) = Sample(random, samples, features, oracle);
        (Tensor xv, Tensor yv) = Sample(random, samples, features, oracle);
        double aspect = 1 + Math.Sqrt(features / (double)samples);
        Tensor rate = Tensor.Scalar(1 / ((0.25 * aspect * aspect) + Math.Exp(-2)));
        Problem = Bilevel.Problem(Logistic.StepMap(x, y, rate), Logistic.ValidateObjective(xv, yv));
        Given = Bilevel.Problem(Problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), Problem.Outer);
        Hyper = new Penalty(Tensor.Full([features], -2));
        Start = new Weights(Tensor.Zeros([features]));
        State = Start;
        for (int t = 0; t < 100; t++)
        {
            State = Problem.Inner.Map.Evaluate(State, Hyper);
        }
    }

    /// <summary>The problem.</summary>
    public FixedPointProblem<Weights, Penalty> Problem { get; }

    /// <summary>The same with states taken as they are given.</summary>
    public FixedPointProblem<Weights, Penalty> Given { get; }

    /// <summary>λ.</summary>
    public Penalty Hyper { get; }

    /// <summary>w₀ = 0.</summary>
    public Weights Start { get; }

    /// <summary>w after 100 steps.</summary>
    public Weights State { get; }

    private static (Tensor X, Tensor Y) Sample(Random random, int samples, int features, Tensor oracle)
    {
        Tensor x = Gaussian(random, samples, features);
        Tensor logits = x.MatMul(oracle).Reshape(samples) + Gaussian(random, samples, 1).Reshape(samples);
        return (x, (logits > Tensor.Zeros([samples])).To(DType.Float64));
    }

    // Box and Muller (1958)
    private static Tensor Gaussian(Random random, int rows, int columns)
    {
        var numbers = new double[rows * columns];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return Tensor.Wrap(numbers, [rows, columns]);
    }
}
