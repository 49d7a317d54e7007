using System.Runtime;
using Hyperdiff;

// which assembly was loaded; the bits of hypergradients by an adjoint of a minimum, of an equilibrium, and by reverse; how many methods were compiled
Console.WriteLine(typeof(Tensor).Assembly.Location);
foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
{
    // an odd number of rows and columns, so that every kernel has a rest
    Tensor x = RandomKey.FromSeed(1).Normal([301, 37], dtype), y = RandomKey.FromSeed(2).Normal([301], dtype);
    Tensor zeros = Tensor.Zeros([37], dtype), ones = Tensor.Ones([37], dtype);

    var training = Regression.TrainObjective(x, y);
    var minimum = Bilevel.Problem(training.MinimizedBy(Minimizer.NewtonCg()), Regression.ValidateObjective(x, y));
    Show(Hypergradient.Implicit(LinearSolver.ConjugateGradient()).Compute(minimum, new(zeros), new(zeros)).Gradient.LogL2);

    Tensor a = x[..37] / 40;
    var equilibrium = Bilevel.Problem(
        FixedPointMap.From((Tensor z, Tensor h) => (a.MatMul(z) + h).Tanh()).SolvedBy(FixedPoint.Iteration()),
        Objective.From((Tensor z, Tensor h) => z.Square().Sum() + (0.1 * h.Exp()).Sum()));
    Show(Hypergradient.Implicit().Compute(equilibrium, zeros, ones).Gradient);
    Show(Hypergradient.Reverse(steps: 7).Compute(equilibrium, zeros, ones).Gradient);
}

Console.WriteLine(JitInfo.GetCompiledMethodCount());

static void Show(Tensor gradient) => Console.WriteLine(gradient.DType == DType.Float64
    ? string.Join(' ', gradient.ToArray<double>().Select(number => BitConverter.DoubleToInt64Bits(number).ToString("x16", null)))
    : string.Join(' ', gradient.ToArray<float>().Select(number => BitConverter.SingleToInt32Bits(number).ToString("x8", null))));

[Tree]
public sealed partial record Weights(Tensor W);

[Tree]
public sealed partial record Penalty(Tensor LogL2);

/// <summary>A logistic loss with a penalty per feature.</summary>
public static partial class Regression
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) =>
        (-(y * x.MatMul(w.W)).Sigmoid().Log()).Mean() + (h.LogL2.Exp() * w.W.Square()).Sum();

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => (x.MatMul(w.W) - y).Square().Mean();
}
