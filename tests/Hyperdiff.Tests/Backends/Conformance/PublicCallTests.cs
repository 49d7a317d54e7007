using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>Public computations beyond the conformance suite, with all of their tensors on a device: none reads a vector, and all give what they give on the
/// host.</summary>
public sealed class PublicCallTests
{
    private const int Size = SolveComparison.Unknowns;

    // solves are asked for the square root of the unit roundoff at least, and what rests on them is off by that times a condition of about 10
    private const double Tolerance = 1e-6;

    private static readonly StrongConvexityBounds s_convex = new()
    {
        Convexity = 0.4,
        Smoothness = 2,
        HyperJacobian = 1,
        JacobianLipschitz = 1,
        HyperJacobianLipschitz = 0,
        StateGradientLipschitz = 1,
        HyperGradientLipschitz = 0,
    };

    /// <summary>The calls: numbers, of tensors that are brought to where they are to lie.</summary>
    private static readonly Dictionary<string, Func<Data, Tensor[]>> s_calls = new()
    {
        ["Diff.Jacobian"] = d => [Diff.Jacobian(w => d.Matrix.MatMul(w).Tanh(), d.Start)],
        ["Diff.JacobianForward"] = d => [Diff.JacobianForward(w => d.Matrix.MatMul(w).Tanh(), d.Start)],
        ["Diff.Hessian"] = d => [Diff.Hessian(w => d.Inner(w, d.Hyper), d.Start)],
        ["Diff.Laplacian"] = d => [Diff.Laplacian(w => d.Inner(w, d.Hyper), d.Start)],
        ["Diff.GradWithReport"] = d => [Diff.GradWithReport((Tensor w) => w.Relu().Sum() + w.Abs().Sum(), d.Start).Value],
        ["Diff.HvpWithReport"] = d => [Diff.HvpWithReport((Tensor w) => d.Inner(w, d.Hyper), d.Start, d.Hyper).Value],
        ["Diff.Linearize"] = d => [Diff.Linearize((Tensor w) => d.Matrix.MatMul(w).Tanh(), d.Start).Jvp(d.Hyper)],
        ["Diff.ValueAndGrad"] = d => [Diff.ValueAndGrad((Tensor w) => d.Inner(w, d.Hyper), d.Start).Gradient],
        ["Diff.Vmap"] = d => [Diff.Vmap((Tensor row) => row.Tanh().Sum(), d.Matrix)],
        ["a map evaluated"] = d => [d.Map.Evaluate(d.Start, d.Hyper)],
        ["an objective's gradient"] = d => [d.Objective.Gradient(d.Start, d.Hyper)],
        ["a batch of solves"] = d => [Diff.Vmap((Tensor h) => Argmin.Of(d.Objective.MinimizedBy(Minimizer.NewtonCg()), d.Start, h), d.Matrix[..3])],
        ["a best response"] = d => [BestResponse.At(d.Objective.MinimizedBy(Minimizer.NewtonCg()), d.Hyper, d.Start).Jvp(d.Hyper).Value],
        ["an error estimate"] = d => [d.Corrected(null)],
        ["an error estimate by GMRES"] = d => [d.Corrected(LinearSolver.Gmres())],
        ["a certificate"] = d => [Tensor.Scalar(d.Implicit().Certify(s_convex).IsCertified ? 1 : 0)],
        ["a check"] = d => [Tensor.Scalar(d.Minimum.Check(d.Start, d.Hyper).Passed ? 1 : 0)],
        ["an explanation"] = d => [Tensor.Scalar(d.Minimum.Explain(d.Start, d.Hyper).ToString()!.Length > 0 ? 1 : 0)],
        ["a warm start"] = d =>
        {
            ImplicitHypergradient<Tensor, Tensor> first = d.Implicit();
            return [Hypergradient.Implicit().Compute(d.Minimum, first.State, d.Hyper, new() { WarmStart = first.WarmStart }).Gradient];
        },
        ["hypergradient descent"] = d => [(new HypergradientDescent(Optimizer.Sgd(0.1)) with { MaxSteps = 3 }).Minimize(d.Minimum, d.Start, d.Hyper).Hyper],
        ["two levels"] = d =>
        {
            Level<Tensor> lower = Level.Of("lower", d.Start), upper = Level.Of("upper", d.Hyper);
            return [MultiLevel.Of(lower.Minimizes((w, at) => d.Inner(w, at.Parameters(upper))), upper.Minimizes((h, at) => d.Outer(at.Solution(lower), h)))
                .Gradient(upper).Gradient];
        },
        ["a clipped optimizer"] = d => [d.Looped(Optimizer.Adam(0.05).ClippedByNorm(0.1))],
        ["losses of classes"] = d => [Diff.Grad(x => Hyperdiff.Losses.CrossEntropy(x, d.Labels), d.Matrix)],
        ["sorting"] = d => [d.Start.Sort(), d.Matrix.Sort(0)],
        ["statistics"] = d => [d.Matrix.Std(0), d.Matrix.Var(1), d.Start.Mean(), d.Start.CumSum(0)],
        ["an index by a tensor"] = d => [d.Start.Take(d.Labels, 0)],
        ["distributions of a tensor"] = d => [RandomKey.FromSeed(1).Bernoulli(d.Start.Sigmoid()).To(DType.Float64)],
        ["categories"] = d => [RandomKey.FromSeed(1).Categorical(d.Matrix).To(DType.Float64)],
        ["a projection"] = d => [Proximal.Simplex(d.Start), Diff.Grad(w => Proximal.Simplex(w).Square().Sum(), d.Start)],
        ["functions of matrices"] = d => [Linalg.Solve(d.Matrix, d.Hyper), Linalg.Cholesky(d.Matrix), Linalg.EigenvaluesSymmetric(d.Matrix)],
        ["a fixed number of steps"] = d => [Diff.Grad(h => Loop.Iterate(5, w => d.Map.Evaluate(w, h), d.Start).Sum(), d.Hyper)],
    };

    public static TheoryData<string> Calls => new(s_calls.Keys);

    [Theory]
    [MemberData(nameof(Calls))]
    public void APublicCall_OnADevice_ReadsNoVector(string name)
    {
        var guarded = new GuardedBackend();
        Tensor[] here = s_calls[name](new Data(tensor => tensor)), there = s_calls[name](new Data(tensor => tensor.To(guarded)));

        Assert.All(here.Zip(there), pair =>
        {
            // what is a number is the host's
            Assert.True(pair.First.Count <= 1 || ReferenceEquals(guarded, pair.Second.Backend), $"{name}: a result lies on {pair.Second.Backend.Name}");
            using (guarded.Allow())
            {
                double difference = (pair.Second - pair.First).Norm().ToScalar();
                Assert.True(difference <= Tolerance * pair.First.Norm().ToScalar(), $"{name} differs by {difference}");
            }
        });
    }

    /// <summary>A problem of 72 unknowns and 72 hyperparameters, where they are to lie.</summary>
    private sealed class Data
    {
        public Data(Func<Tensor, Tensor> place)
        {
            TestMatrix drawn = TestMatrix.Of(MatrixClass.PositiveDefinite, Size, 5);
            (Matrix, Start, Hyper) = (place(drawn.Dense), place(0.1 * drawn.Vector(1)), place(drawn.Vector(2)));
            Labels = place(Tensor.From([.. Enumerable.Range(0, Size).Select(i => i * 5 % Size)]));
            Objective = Hyperdiff.Objective.From<Tensor, Tensor>(Inner);
            Map = FixedPointMap.From<Tensor, Tensor>((w, h) => w - (0.3 * (Matrix.MatMul(w) - h)));
            Minimum = Bilevel.Problem(Objective.MinimizedBy(Minimizer.NewtonCg()), Hyperdiff.Objective.From<Tensor, Tensor>(Outer));
        }

        public Tensor Matrix { get; }

        public Tensor Start { get; }

        public Tensor Hyper { get; }

        public Tensor Labels { get; }

        public Objective<Tensor, Tensor> Objective { get; }

        public FixedPointMap<Tensor, Tensor> Map { get; }

        public MinimizationProblem<Tensor, Tensor> Minimum { get; }

        public Tensor Inner(Tensor w, Tensor h) => (0.5 * (w * Matrix.MatMul(w)).Sum()) - (h * w).Sum();

        public Tensor Outer(Tensor w, Tensor h) => (0.5 * (w - 1).Square().Sum()) + (0.1 * h.Square().Sum());

        public ImplicitHypergradient<Tensor, Tensor> Implicit() => Hypergradient.Implicit().Compute(Minimum, Start, Hyper);

        // the correction alone is of the size of what solves were asked for
        public Tensor Corrected(LinearSolver? solver)
        {
            ImplicitHypergradient<Tensor, Tensor> found = Implicit();
            return found.Gradient + found.EstimateError(solver).Correction!;
        }

        public Tensor Looped(Optimizer optimizer)
        {
            OuterRun<Tensor, Tensor> run = OuterLoop.Over(Minimum, Hypergradient.Implicit()).With(optimizer).Until(Stop.AfterSteps(2)).From(Start, Hyper);
            run.ToEnd();
            return run.State.Hyper;
        }
    }
}
