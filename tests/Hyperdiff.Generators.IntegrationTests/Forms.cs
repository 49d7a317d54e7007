namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>Methods with every kind of signature.</summary>
public static partial class Forms
{
    /// <summary>Without data: w ↦ tanh(h·w).</summary>
    [FixedPointMap]
    static Tensor Cell(Tensor w, Tensor h) => (h * w).Tanh();

    /// <summary>Static arguments choose what is traced; <paramref name="class"/> is a word of the language.</summary>
    [FixedPointMap]
    public static Tensor Power(Tensor w, Tensor h, int exponent, bool negate, string? label, Activation activation, Tensor @class)
    {
        Tensor power = @class;
        for (int i = 0; i < exponent; i++)
        {
            power *= h;
        }

        power = activation == Activation.Tanh ? power.Tanh() : power;
        return (negate ? -power : power) + (0.0 * w) + (label?.Length ?? 0);
    }

    /// <summary>A condition over data: w³ + h w = x.</summary>
    [RootCondition]
    static Tensor Balance(Tensor w, Tensor h, Tensor x) => w.Pow(3) + (h * w) - x;

    /// <summary>A condition without data, of a structure.</summary>
    [RootCondition]
    static Weights Level(Weights w, Penalty h) => w - new Weights(h.LogL2, 2 * w.W.Sum());

    /// <summary>A tuple as state, an array as hyperparameters, an array of tuples as data.</summary>
    [FixedPointMap]
    static (Tensor W, Layer V) Mixed((Tensor W, Layer V) state, Tensor[] rates, (Tensor X, Tensor Y)[] samples)
    {
        Tensor w = state.W;
        foreach ((Tensor x, Tensor y) in samples)
        {
            w -= rates[0] * x * ((x * w) - y);
        }

        return (w, state.V - (rates[1] * state.V));
    }

    /// <summary>One auxiliary output.</summary>
    [FixedPointMap]
    static (Weights Next, Tensor Norm) WithNorm(Weights w, Penalty h) => (0.5 * w, (w.W.Square() * h.LogL2).Sum());

    /// <summary>Several auxiliary outputs.</summary>
    [FixedPointMap]
    static (Tensor, Tensor First, (Tensor, Tensor) Second, Weights Third) WithThree(Tensor w, Tensor h) => (w * h, w + h, (w, h), new Weights(w, h));

    [InnerObjective]
    static (Tensor Value, Layer Auxiliary) Fit(Layer w, Tensor h, [Batch] Tensor x) => ((x.MatMul(w.Weight) * h).Square().Mean(), 2.0 * w);

    [GradientOf(nameof(Fit))]
    internal static partial Layer FitGradient(Layer parameters, Tensor hyper, Tensor data);

    /// <summary>Both kinds of objective at once have one form; there are no data.</summary>
    [InnerObjective]
    [OuterObjective]
    static Tensor Both(Network w, Tensor h) => (w.Layers[0].Weight * w.Mask * h).Sum() + (w.Offset * w.Embedding.Weight).Sum();

    [GradientOf(nameof(Both))]
    internal static partial Network BothGradient(this Network w, Tensor h);

    /// <summary>A sparse matrix among the data.</summary>
    [InnerObjective]
    static Tensor LeastSquares(Tensor w, Tensor h, CsrMatrix a, Tensor b) => Tensor.Einsum("i,i", a.MatMul(w) - b, a.MatMul(w) - b) + (h * w.Square()).Sum();

    /// <summary>Without hyperparameters.</summary>
    [FixedPointMap]
    static Tensor Halve(Tensor w, ValueTuple none) => 0.5 * w;

    /// <summary>Loops, batches, functions with rules of their own and linear algebra are pure.</summary>
    [FixedPointMap]
    static Tensor Looped(Tensor w, Tensor h, Tensor samples)
    {
        Tensor relaxed = Loop.Iterate(3, c => (0.5 * c) + h, w, checkpointing: Checkpointing.Every(2));
        (Tensor bounded, _) = Loop.While(c => c.Square().Sum() > 1, c => 0.5 * c, relaxed, 50);
        Tensor mean = Diff.Vmap<Tensor, Tensor>(x => Diff.Checkpoint<Tensor, Tensor>(y => (y * h).Sin())(x), samples).Mean(0);
        return bounded + (0.1 * mean) + (0.01 * Linalg.Solve(Tensor.Eye(2), w));
    }

    /// <summary>Random numbers come from a key among the data.</summary>
    [FixedPointMap]
    static Tensor Noisy(Tensor w, Tensor scale, RandomKey key, int draw) => (0.5 * w) + (scale * key.Fold(draw).Normal(w.Shape));

    private static partial class Nested
    {
        [FixedPointMap]
        static Outer.Middle.Inner Step(Outer.Middle.Inner w, Tensor h) => h * w;

        public static Outer.Middle.Inner Run(Outer.Middle.Inner w) => StepMap.Evaluate(w, Tensor.Scalar(3));
    }

    internal static double RunNested() => Nested.Run(new Outer.Middle.Inner(Tensor.Scalar(2), Tensor.Arange(1))).A.ToScalar();
}

/// <summary>A public class with a signature that is not: the emitted member is internal.</summary>
public sealed partial class Hidden
{
    // runs before or after the emitted fields of this class: the form is made either way
    private static readonly Tensor s_start = GrowMap.Evaluate(Tensor.Scalar(1), new @event(Tensor.Scalar(2), Tensor.Scalar(0), Tensor.Scalar(0), 0));

    private Hidden()
    {
    }

    public static double Start => s_start.ToScalar();

    [FixedPointMap]
    internal static Tensor Grow(Tensor w, @event h) => (w * h.@class) + (h.value * h.writer);
}
