#:package Hyperdiff@{version}
using System.Globalization;
using Hyperdiff;
using System.Numerics.Tensors;
using Tensor = Hyperdiff.Tensor;

// in and out of System.Numerics.Tensors, whose Tensor the alias above tells from ours
Tensor<double> theirs = System.Numerics.Tensors.Tensor.Create([1.0, 2, 3, 4, 5, 6], [2, 3]);
Tensor ours = Tensor.From(theirs);
Tensor<double> back = ours.Exp().ToTensor<double>();
ReadOnlyTensorSpan<double> column = theirs[.., 1..2];
Tensor slice = Tensor.From(column);

if (back[1, 2] != Math.Exp(6) || slice[1, 0].ToScalar() != 5)
{
    throw new InvalidOperationException($"{back[1, 2]} {slice}");
}

var start = new Weights(Tensor.Zeros([2]));
var penalty = new Penalty(Tensor.From([0.0, Math.Log(3)]));

var training = Shrinkage.TrainObjective(Tensor.From([3.0, 8.0])).MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-12));
var problem = Bilevel.Problem(training, Shrinkage.ValidateObjective);
var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient()).Compute(problem, start, penalty);
g.EnsureConverged();
Console.WriteLine(string.Join(' ', g.Gradient.LogL2.ToArray<double>().Select(number => number.ToString("R", CultureInfo.InvariantCulture))));

[Tree]
public sealed partial record Weights(Tensor W);

[Tree]
public sealed partial record Penalty(Tensor LogL2);

/// <summary>f = ½ |w − a|² + ½ Σ e^λ w² has w* = a / (1 + e^λ), so that F = ½ |w − 1|² has
/// ∇ℓ = −(w* − 1) a e^λ / (1 + e^λ)²: −0.375 and −1.5 at a = (3, 8), λ = (0, ln 3).</summary>
public static partial class Shrinkage
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, Tensor a) => 0.5 * ((w.W - a).Square() + h.LogL2.Exp() * w.W.Square()).Sum();

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h) => 0.5 * (w.W - 1).Square().Sum();
}
