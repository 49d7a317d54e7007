using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Parts of the rows of a matrix, read where they lie by elementwise work and reductions, with the bits of their definitions.</summary>
public sealed class WindowViewTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor[]>> s_functions = new()
    {
        ["halves added"] = (x, _) => [Left(x) + Right(x)],
        ["the window alone"] = (x, _) => [Right(x)],
        ["a window read twice, and written"] = (x, _) => [Left(x) * Left(x), Left(x)],
        ["with a row and a column"] = (x, y) => [(Left(x) * y[.., ..1]) + Right(x)[..1], y[.., ..1] - Right(x)],
        ["in another order"] = (x, y) => [Left(x).Transpose() + Right(y).Transpose(), Left(x).Reshape(-1) + 1],
        ["of what is computed here"] = (x, y) => [Left(x * y) + Right(x + y)],
        ["of what is computed elsewhere"] = (x, y) => [Right(x.MatMul(Tensor.Ones([x.Shape[1], x.Shape[1]], x.DType))) * Left(y)],
        ["sums of it"] = (x, y) => [(Left(x) * 2).Sum(1) + 1, Right(x).Sum(0) + 1, (Left(y) + Right(x)).Sum() + 1, Right(y).Max(1)],
        ["stretched"] = (x, _) => [Left(x).Unsqueeze(1) + Right(x).Unsqueeze(0), Left(x)[..1] * x[.., ..(x.Shape[1] / 2)]],
        ["masks"] = (x, y) => [Tensor.Where(Left(x < y), Left(x), Right(y)), Tensor.Where(Left(x) < Right(x), 1, Left(y))],
        ["normalized rows"] = (x, _) => [Left(x) - Left(x).Max(1, keepAxis: true)],
        ["gradient of a concatenation"] = (x, y) => [Diff.Vjp((Tensor a) => Tensor.Concat(1, a, a), Left(x), y).Cotangent],
        ["two structures"] = (x, y) =>
            [Tensor.Where(Left(x) < 0, Left(y).Reshape(-1)[1..2], Right(x)).Reshape(-1) + y[.., 1..(1 + (y.Shape[1] / 2))].Reshape(-1)],
    };

    public static TheoryData<string, DType, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType, int, int>();
            foreach (string name in s_functions.Keys)
            {
                foreach ((int rows, int columns) in ((int, int)[])[(300, 64), (37, 130), (9, 3000), (5, 12)])
                {
                    cases.Add(name, DType.Float64, rows, columns);
                    cases.Add(name, DType.Float32, rows, columns);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Window_IsReadAsItsDefinition(string name, DType dtype, int rows, int columns)
    {
        // small integers, whose sums are exact in any order, and their halves
        Tensor[] operands = [(Draw.Normal(1, [rows, columns]) * 4).Round().To(dtype) + 0.0, (Draw.Normal(2, [rows, columns]) * 4).Round().To(dtype) + 0.0];
        Graph graph = TracedFunction.Of(o => s_functions[name](o[0], o[1]), operands).Graph;
        Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands);
        foreach (int threads in (int[])[1, 3])
        {
            Assert.All(
                expected.Zip(CpuBackend.WithThreads(threads).Compile(graph).Run(operands)), pair => BackendAssert.SameBits(pair.First, pair.Second));
        }
    }

    [Fact]
    public void Halves_ThatAreAdded_AreWrittenNowhere()
    {
        Tensor[] operands = [Draw.Normal(1, [300, 64])];
        var plan = (Plan)CpuBackend.Instance.Compile(TracedFunction.Of(o => [Left(o[0]) + Right(o[0])], operands).Graph);

        Assert.IsType<TileStep>(Assert.Single(plan.Steps.ToArray()));
        Assert.Equal(0, plan.ArenaBytes);
    }

    private static Tensor Left(Tensor x) => x[.., ..(x.Shape[1] / 2)];

    private static Tensor Right(Tensor x) => x[.., (x.Shape[1] / 2)..];
}
