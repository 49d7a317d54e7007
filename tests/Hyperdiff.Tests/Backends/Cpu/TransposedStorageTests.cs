using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu;

/// <summary>A transpose that stands for a matrix is what it would be if it were written out at once; products do not write it out.</summary>
public sealed class TransposedStorageTests
{
    private static readonly Tensor s_matrix = Draw.Normal(1, [37, 23]);
    private static readonly Tensor s_batch = Draw.Normal(2, [3, 8, 5]);

    [Fact]
    public void Elements_AreThoseOfTheDefinition()
    {
        foreach (Tensor matrices in (Tensor[])[s_matrix, s_batch, s_matrix.To(DType.Float32), s_matrix > 0, Tensor.Zeros([0, 4])])
        {
            int rank = matrices.Rank;
            var permutation = new Permute(new Axes([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]));
            HostArray expected = HostArray.Allocate(permutation.InferResult([matrices.Type]));
            permutation.Evaluate([matrices.Read()], expected);
            Assert.True(Tensor.FromHost(expected).Equal(matrices.Transpose()).All().IsTrue);
        }
    }

    [Fact]
    public void TransposedTwice_IsTheMatrix() => Assert.Same(s_matrix.Storage, s_matrix.Transpose().Transpose().Storage);

    [Fact]
    public void UnderAnotherShape_TheElementsStay()
    {
        Tensor transpose = s_matrix.Transpose();
        double[] elements = transpose.ToArray<double>();

        // of a shape that is no transpose's, of the matrix's own shape, of a batch of it, and parts
        Assert.Equal(elements, s_matrix.Transpose().Reshape(-1).ToArray<double>());
        Assert.Equal(elements, s_matrix.Transpose().Reshape(37, 23).Transpose().Transpose().ToArray<double>());
        Tensor batch = s_matrix.Transpose().Reshape(1, 23, 37);
        Assert.Equal(transpose.MatMul(s_matrix).ToArray<double>(), batch.MatMul(s_matrix).ToArray<double>());
        Assert.Equal(elements[37..74], s_matrix.Transpose()[1].ToArray<double>());
        Assert.Equal(elements[74..], s_matrix.Transpose()[2..].ToArray<double>());

        // a square one under the same shape is another matrix
        Tensor square = Draw.Normal(3, [6, 6]);
        Tensor again = square.Transpose().Reshape(36).Reshape(6, 6);
        Assert.Equal(square.Transpose().ToArray<double>(), again.ToArray<double>());
        Assert.Equal(square.ToArray<double>(), again.Transpose().ToArray<double>());
    }

    [Fact]
    public void Products_HaveTheSameBitsInAGraph()
    {
        (Tensor w, Tensor v, Tensor b) = (Draw.Normal(4, [37, 9]), Draw.Normal(5, [37]), Draw.Normal(6, [3, 8, 5]));
        (Func<Tensor[], Tensor> Function, Tensor[] Operands)[] cases =
        [
            (x => x[0].Transpose().MatMul(x[1]), [s_matrix, w]),
            (x => x[0].Transpose().MatMul(x[1]), [s_matrix, v]),
            (x => x[1].MatMul(x[0]), [s_matrix, v]),
            (x => x[1].Transpose().MatMul(x[0].Transpose().Transpose()), [s_matrix, w]),
            (x => x[0].Transpose().MatMul(x[0]), [s_matrix]),
            (x => x[0].MatMul(x[0].Transpose()), [s_matrix]),
            (x => x[0].Transpose().MatMul(x[1]), [s_batch, b]),
            (x => x[0].MatMul(x[1].Transpose()), [s_batch, b]),
        ];
        foreach ((Func<Tensor[], Tensor> function, Tensor[] operands) in cases)
        {
            Graph graph = TracedFunction.Of(x => [function(x)], operands).Graph;
            Tensor planned = CpuBackend.Instance.Compile(Simplification.Of(graph)).Run(operands)[0];
            Assert.Equal(planned.ToArray<double>(), function(operands).ToArray<double>());
        }
    }

    [Fact]
    public void Products_HaveTheSameBitsAfterItWasRead()
    {
        (Tensor transpose, Tensor v) = (s_matrix.Transpose(), Draw.Normal(5, [37]));
        double[] before = transpose.MatMul(v).ToArray<double>();
        _ = transpose.ToArray<double>();
        Assert.Equal(before, transpose.MatMul(v).ToArray<double>());
    }

    [Fact]
    public void Products_DoNotWriteItOut()
    {
        Tensor tall = Draw.Normal(7, [40_000, 4]);
        _ = tall.Transpose().MatMul(tall);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = tall.Transpose().MatMul(tall);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, sizeof(double) * tall.Count / 10);
    }

    [Fact]
    public void OfMemoryThatIsWrittenTo_ItIsWrittenOutAtOnce()
    {
        Tensor memory = CpuBackend.Instance.AllocateZeros(s_matrix.Type);
        Tensor transpose = memory.Transpose();
        memory.Overwrite(s_matrix);
        Assert.All(transpose.ToArray<double>(), element => Assert.Equal(0, element));
    }

    [Fact]
    public void InFloat32_ItIsConvertedOnce()
    {
        Tensor transpose = s_matrix.Transpose();
        Assert.Same(Precision.Narrowed(transpose), Precision.Narrowed(transpose));
    }
}
