namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>A sum over what a window sees as it moves: a convolution, its transpose with respect to the operand or the weights, or the sum of a pool.</summary>
/// <remarks>
/// <code>
/// result[b, o, p] = Σ_{c, k} weight[b mod Weights, o, c, k] · canvas[b, c, p·stride + k·dilation]
/// canvas          the planes of the source, placed among zeros
/// </code>
/// Along an axis with a stride the canvas holds first all elements whose index leaves no remainder, then those that leave 1, and so on: so neighboring
/// positions are neighbors there for every term, a position is a place, and a term adds the same number to each.
/// All positions of a plane, and a few places between the end of a row and the next one that are left out in the end, are one run of the canvas.
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

    /// <summary>The distances between neighboring positions.</summary>
    public required int[] Strides { get; init; }

    /// <summary>The distances between neighboring elements of the window.</summary>
    public required int[] Dilations { get; init; }

    /// <summary>The sizes of a plane of results.</summary>
    public required int[] Positions { get; init; }

    /// <summary>Whether the weights are those of the convolution of which this is the transpose: <c>[b, c, o, k]</c>, with k from the end.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>Whether it is the cotangent of the weights that is computed: <c>[b mod Weights, o, c, k]</c> from that of the sums, <c>[b, o, p]</c>.</summary>
    public bool IsOfWeights { get; init; }

    /// <summary>The elements of a plane of the canvas.</summary>
    public int Plane => Product(Strides) * Product(Counts);

    /// <summary>The terms of a sum.</summary>
    public int Terms => Channels * Product(Kernel);

    /// <summary>The run of the canvas that holds all positions.</summary>
    public int Run => 1 + Steps.Select((step, axis) => (Positions[axis] - 1) * step).Sum();

    /// <summary>By how much a place of the canvas moves from a position to the next along each axis.</summary>
    public int[] Steps => new Shape(Counts).Strides();

    // the elements of the canvas along each axis whose index leaves a certain remainder
    private int[] Counts => [.. Canvas.Select((size, axis) => (size + Strides[axis] - 1) / Strides[axis])];

    /// <summary>The places of elements of a plane of the canvas.</summary>
    /// <param name="counts">How many along each axis.</param>
    /// <param name="firsts">The index of the first one along each axis.</param>
    /// <param name="distances">The distance to the next one along each axis.</param>
    public int[] Places(int[] counts, int[] firsts, int[] distances)
    {
        int[] steps = Steps, remainders = [.. new Shape(Strides).Strides().Select(step => step * Product(Counts))];
        int[] places = [0];
        for (int axis = 0; axis < counts.Length; axis++)
        {
            int[] along = [.. Enumerable.Range(0, counts[axis]).Select(i => firsts[axis] + (i * distances[axis]))
                .Select(index => (index % Strides[axis] * remainders[axis]) + (index / Strides[axis] * steps[axis]))];
            places = [.. places.SelectMany(place => along.Select(more => place + more))];
        }

        return places;
    }

    /// <summary>The places of the elements of a plane of the source.</summary>
    public int[] SourcePlaces() => Places(Sizes, Before, Ones);

    /// <summary>The places of positions.</summary>
    public int[] PositionPlaces() => Places(Positions, Zeros, Strides);

    /// <summary>What an element of the window adds to a place.</summary>
    public int[] KernelPlaces() => Places(Kernel, Zeros, Dilations);

    private int[] Zeros => new int[Sizes.Length];

    private int[] Ones => [.. Sizes.Select(_ => 1)];

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
