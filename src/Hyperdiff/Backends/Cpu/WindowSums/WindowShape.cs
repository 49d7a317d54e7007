using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>A sum over what a window sees as it moves with stride 1: a convolution, its transpose with respect to the operand, or the sum of a pool.</summary>
/// <remarks>
/// <code>
/// result[b, o, p] = Σ_{c, k} weight[b mod Weights, o, c, k] · canvas[b, c, p + k·dilation]
/// canvas          the planes of the source, placed among zeros
/// </code>
/// In row-major order a position is one number, and so is what a term adds to it: all positions of a plane, and a few places between the end of a row and the
/// next one that are left out in the end, are one run of the canvas for every term.
/// </remarks>
internal sealed record WindowShape
{
    /// <summary>b.</summary>
    public required int Batch { get; init; }

    /// <summary>c, the planes that a result is the sum of.</summary>
    public required int Channels { get; init; }

    /// <summary>o, the planes of results.</summary>
    public required int Outputs { get; init; }

    /// <summary>How many weights there are, by which items of the batch take turns.</summary>
    public required int Weights { get; init; }

    /// <summary>The sizes of a plane of the source.</summary>
    public required int[] Sizes { get; init; }

    /// <summary>The zeros before the source along each axis.</summary>
    public required int[] Before { get; init; }

    /// <summary>The sizes of the canvas.</summary>
    public required int[] Canvas { get; init; }

    /// <summary>The sizes of the window.</summary>
    public required int[] Kernel { get; init; }

    /// <summary>The distances between neighboring elements of the window.</summary>
    public required int[] Dilations { get; init; }

    /// <summary>The sizes of a plane of results.</summary>
    public required int[] Positions { get; init; }

    /// <summary>Whether the weights are those of the convolution of which this is the transpose: <c>[b, c, o, k]</c>, with k from the end.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>Whether it is the cotangent of the weights that is computed: <c>[b, o, c, k]</c> from that of the sums, <c>[b, o, p]</c>.</summary>
    public bool IsOfWeights { get; init; }

    /// <summary>The elements of a plane of the canvas.</summary>
    public int Plane => Product(Canvas);

    /// <summary>The terms of a sum.</summary>
    public int Terms => Channels * Product(Kernel);

    /// <summary>The run of the canvas that holds all positions.</summary>
    public int Run => 1 + Steps.Select((step, axis) => (Positions[axis] - 1) * step).Sum();

    /// <summary>By how much a place of the canvas moves along each axis.</summary>
    public int[] Steps => new Shape(Canvas).Strides();

    /// <summary>What each term adds to a place of the canvas.</summary>
    public int[] Offsets() => StridedAxes.Places([Channels, .. Kernel], [Plane, .. Steps.Select((step, axis) => step * Dilations[axis])]);

    /// <summary>The product of sizes.</summary>
    public static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
        {
            product *= size;
        }

        return product;
    }
}
