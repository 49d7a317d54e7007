using System.Globalization;
using Hyperdiff;

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
