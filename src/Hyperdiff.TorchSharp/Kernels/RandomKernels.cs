using Hyperdiff.Primitives;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>The generator of <see cref="Threefry"/>, all counters of all keys at once, with the same bits.</summary>
/// <remarks>In 64 bits, of which the upper half is cut off after every sum: how sums of 32 bits overflow is nothing that libtorch promises.</remarks>
internal static class RandomKernels
{
    private const int Rounds = 20;
    private static readonly int[] s_rotations = [13, 15, 26, 6, 17, 29, 16, 24];
    private static readonly Scalar s_low = 0xFFFFFFFFL, s_parity = 0x1BD11BDAL, s_half = 0x80000000L, s_whole = 0x100000000L;
    private static readonly Scalar s_singleStep = 1.0 / (1 << 24), s_doubleStep = 1.0 / (1L << 53);

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.All<RandomBits>((bits, x, type) => Drawn(bits, x[0], x[1], type)),
    ];

    private static torch.Tensor Drawn(RandomBits bits, torch.Tensor keys, torch.Tensor streams, TensorType type)
    {
        long draws = streams.NumberOfElements, count = bits.Drawn.ElementCount;
        long[] shape = type.Shape.ToTorch();
        if (draws * count == 0)
        {
            return torch.empty(shape, type.DType.ToTorch(), keys.device);
        }

        // a double takes both words of a counter, the others one each
        long blocks = type.DType == DType.Float64 ? count : (count + 1) / 2;
        torch.Tensor wide = Low(keys.to(torch.ScalarType.Int64).reshape(draws, 2));
        torch.Tensor counters = Low(torch.arange(blocks, torch.ScalarType.Int64, keys.device).add((long)(uint)bits.First)).unsqueeze(0).expand([draws, blocks]);
        torch.Tensor stream = Low(streams.to(torch.ScalarType.Int64)).reshape(draws, 1).expand([draws, blocks]);
        (torch.Tensor first, torch.Tensor second) = Blocks(wide.narrow(1, 0, 1), wide.narrow(1, 1, 1), counters, stream);
        if (type.DType == DType.Float64)
        {
            return Left(first, 21).bitwise_or(Right(second, 11)).to(torch.ScalarType.Float64).mul(s_doubleStep).reshape(shape);
        }

        torch.Tensor words = torch.stack([first, second], -1).reshape(draws, 2 * blocks).narrow(1, 0, count).reshape(shape);
        return type.DType == DType.Float32
            ? Right(words, 8).to(torch.ScalarType.Float32).mul(s_singleStep)
            : words.sub(words.ge(s_half).to(torch.ScalarType.Int64).mul(s_whole)).to(torch.ScalarType.Int32);
    }

    private static (torch.Tensor First, torch.Tensor Second) Blocks(torch.Tensor a, torch.Tensor b, torch.Tensor x, torch.Tensor y)
    {
        torch.Tensor[] schedule = [a, b, a.bitwise_xor(b).bitwise_xor(torch.full(Array.Empty<long>(), s_parity, torch.ScalarType.Int64, a.device))];
        (x, y) = (Low(x.add(a)), Low(y.add(b)));
        for (int round = 0; round < Rounds; round++)
        {
            x = Low(x.add(y));
            int by = s_rotations[round % 8];
            y = Low(Left(y, by).bitwise_or(Right(y, 32 - by))).bitwise_xor(x);
            if (round % 4 == 3)
            {
                int injection = (round + 1) / 4;
                x = Low(x.add(schedule[injection % 3]));
                y = Low(y.add(schedule[(injection + 1) % 3]).add((long)injection));
            }
        }

        return (x, y);
    }

    private static torch.Tensor Low(torch.Tensor x) => x.bitwise_and(torch.full(Array.Empty<long>(), s_low, torch.ScalarType.Int64, x.device));

    private static torch.Tensor Left(torch.Tensor x, int by) => x.bitwise_left_shift(torch.full(Array.Empty<long>(), by, torch.ScalarType.Int64, x.device));

    private static torch.Tensor Right(torch.Tensor x, int by) => x.bitwise_right_shift(torch.full(Array.Empty<long>(), by, torch.ScalarType.Int64, x.device));
}
