using Hyperdiff.Testing;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>A backend of DiffSharp's whose memory is native: nothing relies on arrays, nothing is used after it was given back, and what is given back is
/// flat.</summary>
[Collection(nameof(StandIn))]
public class OtherBackendTests
{
    private static readonly DiffSharpBackend s_backend = DiffSharpBackend.Of(DiffDevice.CPU, StandIn.Backend);

    public static TheoryData<string> Areas => [.. BackendConformance.Cases.Select(item => item.Area).Distinct()];

    [Theory]
    [MemberData(nameof(Areas))]
    public void ABackendWithNativeMemoryConforms(string area) => BackendConformance.Run(s_backend, item => item.Area == area).EnsureConforms();

    [Fact]
    public void TensorsStayWhereTheyLie()
    {
        DiffTensor theirs = Make.Vector(1, 2, 3).move(StandIn.Backend);
        Tensor ours = theirs.ToHyperdiff();
        Assert.Same(s_backend, ours.Backend);
        Assert.Equal(StandIn.Backend, ours.ToDiffSharp().backend);
        Assert.Equal([1, 2, 3], ours.ToArray<double>());
        Assert.Contains("move", Assert.Throws<InvalidOperationException>(() => s_backend.Wrap(Make.Vector(1))).Message, StringComparison.Ordinal);
        DiffSharpBackend reference = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);
        string message = Assert.Throws<InvalidOperationException>(() => ours + Tensor.From([1.0, 2, 3]).To(reference)).Message;
        Assert.Contains("StandIn (cpu)", message, StringComparison.Ordinal);
        Assert.Contains("Reference (cpu)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FunctionsRunWhereTheirArgumentsLieAndResultsStayThere()
    {
        DiffTensor target = Make.Vector(1, -2).move(StandIn.Backend), zero = Make.Vector(0, 0);
        var train = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => ((w - target) * (w - target)).sum(null) + (h.exp() * w * w).sum(null), "train");
        var validate = DiffSharpFunction.Objective((DiffTensor w, DiffTensor _) => ((w - target) * (w - target)).sum(null), "validate");
        var problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-10)), validate);
        DiffTensor gradient = Hypergradient.Implicit().Compute(problem, zero.move(StandIn.Backend), zero.move(StandIn.Backend)).EnsureConverged();
        Assert.Equal(StandIn.Backend, gradient.backend);

        // w = t/2, ℓ' = 2 (w − t)·∂w = t²/4 per element
        Make.Close([0.25, 1], gradient.move(DiffBackend.Reference), 1e-7);

        // what was captured lies elsewhere than the arguments
        string message = Assert.ThrowsAny<Exception>(() => DiffSharpFunction.Map((DiffTensor w, DiffTensor _) => Make.Vector(1, 2), "elsewhere")
            .Evaluate(zero.move(StandIn.Backend), zero.move(StandIn.Backend))).Message;
        Assert.Contains("returned one on Reference (cpu)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryKernelGivesBackAllButItsResult()
    {
        var leaks = new List<string>();
        foreach (PrimitiveCase one in PrimitiveCases.All.Where(one => DiffSharpKernels.Has(one.Primitive.GetType())))
        {
            Tensor[] operands = Array.ConvertAll(one.At(DType.Float64), operand => operand.To(s_backend));

            // what is kept for all calls is made by the first
            _ = s_backend.Execute(one.Primitive, operands);
            int before = StandIn.Live;
            int results = s_backend.Execute(one.Primitive, operands).Length;
            if (StandIn.Live - before > results)
            {
                leaks.Add($"{one.Name}: {StandIn.Live - before}");
            }

            GC.KeepAlive(operands);
        }

        Assert.Empty(leaks);
    }

    [Fact]
    public void AThousandProductsLeaveNothingBehind()
    {
        Tensor a = Tensor.From(new double[,] { { 2, 0.3 }, { 0.3, 1.5 } }).To(s_backend), x = Tensor.From([0.5, -1]).To(s_backend);
        var function = DifferentiableFunction.OfPure((Tensor w) => (a.MatMul(w).Tanh() * w.Softplus()).Sum() + w.Norm());
        Tensor At(int i) => function.Hvp(x, Tensor.From([1.0, i]).To(s_backend));
        _ = At(0).ToArray<double>();
        Settle();
        int before = StandIn.Live;
        for (int i = 1; i <= 1000; i++)
        {
            _ = At(i);
        }

        // what a call takes and returns is left to the collector: v and where it was copied from, the number 1 that is differentiated from, f(x), ∇f(x) and
        // ∇²f(x) v
        Assert.True(StandIn.Live - before <= 5 * 1000, $"{StandIn.Live - before} handles are left of 1000 products");
        Settle();
        Assert.InRange(StandIn.Live - before, int.MinValue, 20);
    }

    private static void Settle()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
