using Hyperdiff.Backends.Cpu;
using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Derivatives, loops, solves and hypergradients follow tensors of libtorch.</summary>
public sealed class WholeProblemTests
{
    private static readonly RandomKey s_key = RandomKey.FromSeed(11);

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Derivatives_AreThoseOfTheHost(DType dtype)
    {
        Tensor x = s_key.Normal([40, 6]).To(dtype), y = (s_key.Fold(1).Normal([40]) > 0).To(dtype), w = s_key.Fold(2).Normal([6]).To(dtype);
        Tensor Loss(Tensor a) => Losses.BinaryCrossEntropyWithLogits(x.MatMul(a), y) + (0.1 * a.Tanh().Square().Sum());

        AssertSame(Diff.Grad((Tensor a) => Loss(a), w), Diff.Grad((Tensor a) => Loss(a), There(w)), dtype);
        AssertSame(Diff.Hessian((Tensor a) => Loss(a), w), Diff.Hessian((Tensor a) => Loss(a), There(w)), dtype);
        AssertSame(Diff.Jvp((Tensor a) => Loss(a), w, w).Tangent, Diff.Jvp((Tensor a) => Loss(a), There(w), There(w)).Tangent, dtype);
    }

    [Fact]
    public void Loops_RunThere()
    {
        Tensor a = s_key.Normal([5, 5]) / 4, z = s_key.Fold(1).Normal([5]);
        Tensor Steps(Tensor start) => Loop.Iterate(20, (Tensor state) => a.MatMul(state).Tanh() + z, start).Sum();

        AssertSame(Diff.Grad((Tensor start) => Steps(start), z), Diff.Grad((Tensor start) => Steps(start), There(z)), DType.Float64);
    }

    public static TheoryData<string> Adjoints => ["conjugate gradients", "GMRES", "Anderson", "fixed-point iteration"];

    [Theory]
    [MemberData(nameof(Adjoints))]
    public void Hypergradient_IsThatOfTheClosedForm(string adjoint)
    {
        QuadraticBilevel problem = QuadraticBilevel.Of(seed: 3, states: 8, hypers: 5);
        LinearSolver solver = adjoint switch
        {
            "GMRES" => LinearSolver.Gmres(tolerance: 1e-10),
            "Anderson" => LinearSolver.Anderson(tolerance: 1e-10),
            "fixed-point iteration" => LinearSolver.FixedPoint(tolerance: 1e-10),
            _ => LinearSolver.ConjugateGradient(tolerance: 1e-10),
        };
        var training = problem.Inner.GradientDescentMap(1 / QuadraticBilevel.Smoothness).SolvedBy(FixedPoint.Iteration(tolerance: 1e-11));
        if (adjoint == "conjugate gradients")
        {
            var found = Hypergradient.Implicit(adjoint: solver).Compute(
                Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-11)), problem.Outer), There(problem.Start), There(problem.Hyper));
            AssertClose(found.EnsureConverged());
        }

        AssertClose(Hypergradient.Implicit(adjoint: solver).Compute(Bilevel.Problem(training, problem.Outer), There(problem.Start), There(problem.Hyper))
            .EnsureConverged());

        void AssertClose(Tensor gradient)
        {
            Assert.Same(TorchBackend.Cpu, gradient.Backend);

            // tolerance of the solves times the condition, which is 4
            Assert.InRange(Dense.RelativeError(problem.Hypergradient(Dense.Vector(problem.Hyper)), gradient), 0, 1e-8);
        }
    }

    private static Tensor There(Tensor tensor) => tensor.To(TorchBackend.Cpu);

    private static void AssertSame(Tensor expected, Tensor actual, DType dtype)
    {
        Assert.Same(TorchBackend.Cpu, actual.Backend);
        Assert.Equal(expected.Type, actual.Type);
        double scale = Math.Max(1, expected.Abs().Max().To(DType.Float64).ToScalar());

        // a few hundred roundings of numbers of this scale
        Assert.True((actual.To(CpuBackend.Instance) - expected).Abs().Max().To(DType.Float64).ToScalar() <= 500 * dtype.Epsilon() * scale);
    }
}
