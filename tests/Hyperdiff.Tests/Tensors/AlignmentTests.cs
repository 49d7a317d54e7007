using System.Runtime.InteropServices;

namespace Hyperdiff.Tests.Tensors;

/// <summary>Large tensors that are made from elements, or computed, begin on a cache line: half of the vectors of one that does not are loaded in two
/// parts.</summary>
public sealed class AlignmentTests
{
    // of the large object heap, where arrays stay
    private const int Large = 85_000;
    private const int CacheLine = 64;

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Bool)]
    public void LargeTensors_BeginOnACacheLine(DType type)
    {
        int count = (Large / SizeOf(type)) + 3;

        // from several times, since an allocation may begin there by chance
        for (int i = 0; i < 9; i++)
        {
            int size = count + i;
            Assert.Equal(0, PastWhenMade(() => Given(type, size), type));
            Assert.Equal(size, Given(type, size).Count);
            if (type.IsFloating())
            {
                Assert.Equal(0, PastWhenMade(() => Given(type, size) + 1, type));
            }
        }
    }

    private static Tensor Given(DType type, int count) => type switch
    {
        DType.Float64 => Tensor.From([.. Enumerable.Range(0, count).Select(i => i + 0.5)]),
        DType.Float32 => Tensor.From([.. Enumerable.Range(0, count).Select(i => i + 0.5f)]),
        DType.Int32 => Tensor.From([.. Enumerable.Range(0, count)]),
        _ => Tensor.From([.. Enumerable.Range(0, count).Select(i => i % 3 == 0)]),
    };

    private static int SizeOf(DType type) => (int)new TensorType(type, [1]).Bytes;

    // where a collection came in between, which may move arrays if memory is short, another is made
    private static nint PastWhenMade(Func<Tensor> make, DType type)
    {
        while (true)
        {
            (int Begun, long Ended) before = Collections();
            nint past = Past(make(), type);
            if (Collections() == before)
            {
                return past;
            }
        }
    }

    // one that has begun when a tensor is made may move it, too
    private static (int Begun, long Ended) Collections() => (GC.CollectionCount(GC.MaxGeneration), GC.GetGCMemoryInfo(GCKind.Any).Index);

    private static nint Past(Tensor tensor, DType type)
    {
        HostArray array = tensor.Read();
        return (Marshal.UnsafeAddrOfPinnedArrayElement(array.Data, 0) + ((nint)array.Offset * SizeOf(type))) % CacheLine;
    }
}
