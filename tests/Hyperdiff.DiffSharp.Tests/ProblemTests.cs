using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Whole problems over tensors of DiffSharp's memory: solved and differentiated there, with the numbers of the host.</summary>
public class ProblemTests
{
    // both stop at the same tolerance, and round differently on the way
    private const double Solved = 1e-7;

    private static readonly DiffSharpBackend s_backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);
    private static readonly Tensor s_x = Tensor.From(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } });
    private static readonly Tensor s_y = Tensor.From([2.1, -1.7, 0.8, 4.2]);

    [Fact]
    public void AHypergradientOfGeneratedFormsIsComputedThere()
    {
        Penalty At(IBackend backend)
        {
            Tensor x = s_x.To(backend), y = s_y.To(backend);
            var inner = RidgeForms.TrainObjective(x, y).MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-10));
            var problem = Bilevel.Problem(inner, RidgeForms.ValidateObjective(x, y));
            var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(tolerance: 1e-10)).Compute(
                problem, new Weights(Tensor.Zeros([2]).To(backend)), new Penalty(Tensor.From([-1.0, 0.5]).To(backend)));
            g.EnsureConverged();
            return g.Gradient;
        }

        Tensor there = At(s_backend).LogL2;
        Assert.Same(s_backend, there.Backend);
        Close(At(CpuBackend.Instance).LogL2, there);
    }

    [Fact]
    public void TensorsOfTwoBackendsAreRefusedWithBothNames()
    {
        Tensor here = Tensor.From([1.0]).To(s_backend);
        string message = Assert.Throws<InvalidOperationException>(() => new OtherBackend().Place(here)).Message;
        Assert.Contains("DiffSharp Reference (cpu", message, StringComparison.Ordinal);
        Assert.Contains("other", message, StringComparison.Ordinal);
    }

    private static void Close(Tensor expected, Tensor found)
    {
        double[] a = expected.ToArray<double>(), b = found.To(CpuBackend.Instance).ToArray<double>();
        double scale = a.Max(Math.Abs);
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Solved * scale, $"{pair.First:R}, found {pair.Second:R}"));
    }

    private sealed class OtherBackend : DeviceBackend
    {
        public override string Name => "other";

        public override Tensor Allocate(TensorType type) => throw new NotSupportedException();

        protected override Tensor Upload(HostArray elements) => throw new NotSupportedException();

        protected override Tensor Repeat(TensorType type, double scalar) => throw new NotSupportedException();

        protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands) => false;

        protected override Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands) => throw new NotSupportedException();
    }
}
