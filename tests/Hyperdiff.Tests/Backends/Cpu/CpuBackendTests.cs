using FsCheck.Xunit;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu;

public sealed class CpuBackendTests
{
    private static readonly CpuBackend s_backend = CpuBackend.Instance;

    /// <summary>Graphs that people write, by name, with operands.</summary>
    public static TheoryData<string> Names => [.. Corpus.Keys];

    private static Dictionary<string, (Func<Tensor[], Tensor[]> Function, Shape[] Shapes)> Corpus => GraphCorpus.All;

    [Theory]
    [MemberData(nameof(Names))]
    public void Compile_OfTheCorpus_AgreesWithTheReference(string name)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            (Graph graph, Tensor[] operands) = GraphCorpus.Trace(name, dtype);
            BackendAssert.AgreesWithReference(s_backend, graph, operands);
            BackendAssert.AgreesWithReference(s_backend, Simplification.Of(graph), operands);
        }
    }

    [Property(Replay = "(4660,22137)", MaxTest = 300, EndSize = 24)]
    public void Compile_OfRandomPrograms_AgreesWithTheReference(RandomPrograms.Line[] lines) => Agree(lines, DType.Float64);

    [Property(Replay = "(4660,22137)", MaxTest = 300, EndSize = 24)]
    public void Compile_OfRandomProgramsInFloat32_AgreesWithTheReference(RandomPrograms.Line[] lines) => Agree(lines, DType.Float32);

    [Property(Replay = "(9029,26505)", MaxTest = 60, EndSize = 10)]
    public void Compile_OfRandomProgramsOverManyTiles_AgreesWithTheReference(RandomPrograms.Line[] lines)
    {
        Tensor[] operands = [Draw.Normal(1, [70, 30]), Draw.Normal(2, [30]), Draw.Normal(3, [70, 1]), Draw.Normal(4, [])];
        BackendAssert.AgreesWithReference(s_backend, RandomPrograms.Trace(lines.Take(10).ToArray(), operands), operands);
    }

    [Property(Replay = "(13398,30875)", MaxTest = 1, Arbitrary = [typeof(RandomPrograms.OneHundred)])]
    public void Compile_OfRandomProgramsBetweenAColumnAndItsTranspose_AgreesWithTheReference(RandomPrograms.Line[][] programs) => AgreeInOnePass(programs, 1);

    [Property(Replay = "(13398,30875)", MaxTest = 1, Arbitrary = [typeof(RandomPrograms.OneHundred)])]
    public void Compile_OfRandomProgramsBetweenAMatrixAndItsTranspose_AgreesWithTheReference(RandomPrograms.Line[][] programs) => AgreeInOnePass(programs, 3);

    private static void Agree(RandomPrograms.Line[] lines, DType dtype)
    {
        Tensor[] operands = [Draw.Normal(1, [4, 6], dtype), Draw.Normal(2, [6], dtype), Draw.Normal(3, [4, 1], dtype), Draw.Normal(4, [], dtype)];
        BackendAssert.AgreesWithReference(s_backend, RandomPrograms.Trace(lines.Take(24).ToArray(), operands), operands);
    }

    private static void AgreeInOnePass(RandomPrograms.Line[][] programs, int width)
    {
        Tensor[] operands = [Draw.Normal(1, [150, 12]), Draw.Normal(2, [12, width]), Draw.Normal(3, [150, width]), Draw.Normal(4, [width]),
            Draw.Normal(5, [150, 1])];
        int found = 0;
        foreach (RandomPrograms.Line[] lines in programs)
        {
            Graph graph = TracedFunction.Of(
                x =>
                {
                    Tensor[] results = RandomPrograms.Run(lines.Take(8).ToArray(), [x[2], x[3], x[4], x[0].MatMul(x[1])]);
                    Tensor last = RandomProgram.Fitted(results[^1], x[2].Shape);
                    return [x[0].Transpose().MatMul(last), results[^2], last.Tanh().Transpose().MatMul(x[0])];
                },
                operands).Graph;
            found += ((Plan)s_backend.Compile(graph)).Steps.ToArray().Any(step => step is OnePassStep<double> or NormalProductStep<double>) ? 1 : 0;
            BackendAssert.AgreesWithReference(s_backend, graph, operands);
        }

        Assert.True(found > programs.Length / 5, $"one pass was found in {found} of {programs.Length} programs");
    }

    [Fact]
    public void Execute_OfEachOperation_AgreesWithItsDefinition()
    {
        (Tensor x, Tensor y) = (Draw.Normal(1, [5, 7]), Draw.Normal(2, [5, 7]));
        foreach ((string name, (Func<Tensor[], Tensor[]> function, _)) in GraphCorpus.All)
        {
            foreach (Equation equation in GraphCorpus.Trace(name, DType.Float64).Graph.Equations)
            {
                Tensor[] operands = [.. equation.Operands.Select((operand, i) => Draw.Normal(i, operand.Type.Shape))];
                Graph single = TracedFunction.Of(x => equation.Primitive.Apply(x), operands).Graph;
                Tensor[] actual = s_backend.Execute(equation.Primitive, operands);
                Tensor[] planned = s_backend.Compile(single).Run(operands);
                BackendAssert.AgreesWithReference(s_backend, single, operands);
                BackendAssert.SameBits(planned.Single(), actual.Single());
            }
        }

        BackendAssert.SameBits(Tensor.From([3.0, 4.0]),
            s_backend.Execute(Hyperdiff.Primitives.Add.Instance, [Tensor.From([1.0, 2.0]), Tensor.Full([2], 2)])[0]);
        BackendAssert.SameBits(x + y, s_backend.Execute(Hyperdiff.Primitives.Add.Instance, [x, y])[0]);
    }

    [Fact]
    public void Name_TellsWhatMultipliesMatrices()
    {
        Assert.Equal("cpu (managed", CpuBackend.WithThreads(3, "managed").Name[..12]);
        Assert.EndsWith("3 threads)", CpuBackend.WithThreads(3, "managed").Name, StringComparison.Ordinal);
    }
}
