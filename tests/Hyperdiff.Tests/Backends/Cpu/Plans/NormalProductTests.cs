using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Where nothing but factors stands between <c>X·v</c> and <c>Xᵀ·u</c>, and rows are short, they are one step that reads every row once; with the
/// bits that the step for any elementwise work has, for every number of threads.</summary>
public sealed class NormalProductTests
{
    private const int Rows = 1003;
    private const int Columns = 20;

    private static readonly Dictionary<string, Func<Tensor[], Tensor, Tensor>> s_factors = new()
    {
        ["nothing"] = (_, t) => t,
        ["a number"] = (_, t) => t * 0.25,
        ["one for each row"] = (x, t) => t * x[2],
        ["a number, and one for each row"] = (x, t) => x[2] * (0.1 * t),
        ["one for each row, and a number"] = (x, t) => x[2] * t * 0.1,
        ["numbers around one for each row"] = (x, t) => 0.1 * (x[2] * (t * x[3])),
        ["a sign"] = (x, t) => -t * x[2],
        ["a sum that is computed before"] = (x, t) => t * x[2].Sum(),
    };

    private static readonly Dictionary<string, Func<Tensor[], Tensor, Tensor>> s_others = new()
    {
        ["two for each row"] = (x, t) => t * x[2] * x[4],
        ["two numbers in front"] = (x, t) => t * x[3] * 0.1 * x[2],
        ["itself"] = (_, t) => t * t,
        ["a term"] = (x, t) => (t * x[2]) + x[4],
        ["a function"] = (_, t) => t.Tanh(),
        ["a quotient"] = (x, t) => t / x[4],
    };

    public static TheoryData<string> Factors => [.. s_factors.Keys];

    public static TheoryData<string> Others => [.. s_others.Keys];

    [Theory]
    [MemberData(nameof(Factors))]
    public void Compile_OfFactorsAlone_ReadsEveryRowOnceWithTheSameBits(string name)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = Operands(dtype);
            Tensor once = Run(operands, x => [Product(x, s_factors[name])], out bool isNormal);
            Assert.True(isNormal, name);

            // what is between leaves the plan, and so has to be written down
            Tensor twice = Run(operands, x => [Product(x, s_factors[name]), x[0].MatMul(x[1])], out bool isNormalToo);
            Assert.False(isNormalToo);
            BackendAssert.SameBits(twice, once);

            Graph graph = TracedFunction.Of(x => [Product(x, s_factors[name])], operands).Graph;
            BackendAssert.AgreesWithReference(CpuBackend.WithThreads(2, "managed"), graph, operands);
            foreach (int threads in (int[])[1, 3, 8])
            {
                BackendAssert.SameBits(once, CpuBackend.WithThreads(threads, "managed").Compile(graph).Run(operands)[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Compile_OfOtherWork_IsTheStepForAnyWork(string name)
    {
        Tensor[] operands = Operands(DType.Float64);
        Run(operands, x => [Product(x, s_others[name])], out bool isNormal);
        Assert.False(isNormal, name);
        BackendAssert.AgreesWithReference(
            CpuBackend.WithThreads(2, "managed"), TracedFunction.Of(x => [Product(x, s_others[name])], operands).Graph, operands);
    }

    [Theory]
    [InlineData("a function of another product")]
    [InlineData("another product")]
    [InlineData("a function of another product that leaves, and a sum")]
    [InlineData("what is computed there")]
    public void Compile_OfFactorsThatAreComputedThere_HasTheBitsOfTheTwoProducts(string name)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = [.. Operands(dtype), Draw.Normal(6, [Columns], dtype)];
            Tensor[] once = RunAll(operands, x => Results(name, x, isWritten: false), out OnePassStep<double>[] steps);
            Tensor[] twice = RunAll(operands, x => Results(name, x, isWritten: true), out OnePassStep<double>[] others);
            Assert.Equal(dtype == DType.Float64 ? (true, false) : default, (steps.Any(step => step.ReadsRowsOnce), others.Any(step => step.ReadsRowsOnce)));
            for (int i = 0; i < once.Length; i++)
            {
                BackendAssert.SameBits(twice[i], once[i]);
            }

            BackendAssert.AgreesWithReference(
                CpuBackend.WithThreads(2, "managed"), TracedFunction.Of(x => Results(name, x, isWritten: false), operands).Graph, operands);
        }
    }

    [Fact]
    public void Compile_OfLongRows_IsTheStepForAnyWork()
    {
        Tensor[] operands = [Draw.Normal(1, [300, 500]), Draw.Normal(2, [500]), Draw.Normal(3, [300])];
        Run(operands, x => [Product(x, (y, t) => t * y[2])], out bool isNormal);
        Assert.False(isNormal);
    }

    [Fact]
    public void Compile_OfAColumnOrARow_ReadsEveryRowOnce()
    {
        Tensor[] operands = [Draw.Normal(1, [Rows, Columns]), Draw.Normal(2, [Columns, 1]), Draw.Normal(3, [Rows, 1])];
        Tensor column = Run(operands, x => [Product(x, (y, t) => t * y[2])], out bool isNormal);
        Assert.True(isNormal);

        Tensor[] turned = [operands[0], operands[1].Transpose(), operands[2].Transpose()];
        Tensor row = Run(turned, x => [(x[1].MatMul(x[0].Transpose()) * x[2]).MatMul(x[0])], out isNormal);
        Assert.True(isNormal);
        BackendAssert.SameBits(column.Reshape(Columns), row.Reshape(Columns));
    }

    // with what is between written down if wanted, which takes away what reads rows once
    private static Tensor[] Results(string name, Tensor[] x, bool isWritten)
    {
        Tensor z = x[0].MatMul(x[5]), t = x[0].MatMul(x[1]), slope = (0.5 * z).Tanh();
        Tensor[] results = name switch
        {
            "another product" => [x[0].Transpose().MatMul(t * z)],
            "what is computed there" => [x[0].Transpose().MatMul(0.1 * t * x[2].Tanh())],
            "a function of another product" => [x[0].Transpose().MatMul(0.1 * t * (1 - slope.Square()))],
            _ => [x[0].Transpose().MatMul(0.1 * (t * slope)), slope, slope.Sum()],
        };
        return isWritten ? [.. results, t, z] : results;
    }

    private static Tensor[] RunAll(Tensor[] operands, Func<Tensor[], Tensor[]> function, out OnePassStep<double>[] steps)
    {
        var plan = (Plan)CpuBackend.WithThreads(2, "managed").Compile(TracedFunction.Of(function, operands).Graph);
        steps = [.. plan.Steps.ToArray().OfType<OnePassStep<double>>()];
        return plan.Run(operands);
    }

    private static Tensor Product(Tensor[] x, Func<Tensor[], Tensor, Tensor> factors) => x[0].Transpose().MatMul(factors(x, x[0].MatMul(x[1])));

    private static Tensor[] Operands(DType dtype) =>
        [Draw.Normal(1, [Rows, Columns], dtype), Draw.Normal(2, [Columns], dtype), Draw.Normal(3, [Rows], dtype), Draw.Normal(4, [], dtype),
            Draw.Normal(5, [Rows], dtype)];

    private static Tensor Run(Tensor[] operands, Func<Tensor[], Tensor[]> function, out bool isNormal)
    {
        var plan = (Plan)CpuBackend.WithThreads(2, "managed").Compile(TracedFunction.Of(function, operands).Graph);
        isNormal = plan.Steps.ToArray().Any(step => step is NormalProductStep<double> or NormalProductStep<float>);
        return plan.Run(operands)[0];
    }
}
