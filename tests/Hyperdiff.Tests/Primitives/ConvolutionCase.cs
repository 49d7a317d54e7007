using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Primitives;

/// <summary>A convolution by its definition: loops over batch, outputs, channels of the group, three axes of positions and three of the kernel.</summary>
/// <param name="Input"><c>[batch, channels, size …]</c>.</param>
/// <param name="Weight"><c>[outputs, channels / groups, kernel …]</c>.</param>
/// <param name="Options">How the kernel moves.</param>
internal sealed record ConvolutionCase(Shape Input, Shape Weight, Convolution Options)
{
    /// <summary>The cases, over one to three axes.</summary>
    public static IReadOnlyList<ConvolutionCase> All { get; } =
    [
        new([2, 3, 7], [4, 3, 3], new()),
        new([1, 4, 9], [6, 2, 2], new() { Stride = 2, Padding = 1, Dilation = 3, Groups = 2 }),
        new([2, 1, 1], [1, 1, 1], new()),
        new([2, 3, 5, 6], [4, 3, 3, 2], new()),
        new([2, 3, 5, 6], [4, 3, 3, 3], new() { Stride = [2, 1], Padding = Padding.Of([1, 2]), Dilation = [1, 2] }),
        new([1, 4, 6, 5], [4, 1, 3, 3], new() { Padding = Padding.Same, Groups = 4 }),
        new([1, 2, 6, 5], [3, 2, 2, 4], new() { Padding = Padding.Same, Stride = [2, 3] }),
        new([1, 2, 6, 5], [3, 2, 2, 4], new() { Padding = Padding.Same }),
        new([1, 2, 4, 4], [2, 2, 2, 2], new() { Padding = Padding.Of([1, 0], [0, 2]), Stride = 3 }),
        new([3, 2, 4, 4], [5, 2, 1, 1], new()),
        new([0, 2, 4, 4], [3, 2, 2, 2], new()),
        new([2, 0, 4, 4], [3, 0, 2, 2], new()),
        new([2, 2, 4, 4], [0, 2, 2, 2], new()),
        new([2, 2, 3, 4, 5], [3, 2, 2, 3, 2], new() { Stride = [1, 2, 2], Padding = 1 }),
        new([1, 4, 4, 3, 3], [2, 2, 2, 2, 2], new() { Dilation = [2, 1, 2], Groups = 2 }),
    ];

    /// <summary>The number of axes that the kernel moves along.</summary>
    public int Moved => Input.Rank - 2;

    /// <summary>x.</summary>
    public Tensor X => Numbers(Input, 1);

    /// <summary>The weight.</summary>
    public Tensor W => Numbers(Weight, 2);

    /// <summary>Distinct numbers.</summary>
    public static Tensor Numbers(Shape shape, int seed) => Tensor.From(OperandSample.Spread(shape.ElementCount, -1, 1, seed), shape);

    /// <summary>The convolution by its method.</summary>
    public Tensor Apply(Tensor x, Tensor w) => Moved switch { 1 => x.Conv1d(w, Options), 2 => x.Conv2d(w, Options), _ => x.Conv3d(w, Options) };

    /// <summary>The transposed convolution by its method.</summary>
    public Tensor ApplyTransposed(Tensor y, Tensor w, int[] outputPadding) => Moved switch
    {
        1 => y.ConvTranspose1d(w, Explicit(), outputPadding),
        2 => y.ConvTranspose2d(w, Explicit(), outputPadding),
        _ => y.ConvTranspose3d(w, Explicit(), outputPadding),
    };

    /// <summary>Where the kernel goes along an axis: padding before, and the number of positions.</summary>
    public (int Before, int After, int Positions) Along(int axis)
    {
        (int size, int k, int s, int d) = (Input[axis + 2], Weight[axis + 2], Of(Options.Stride, axis), Of(Options.Dilation, axis));
        int span = ((k - 1) * d) + 1;
        if (Options.Padding.IsSame)
        {
            int positions = (int)Math.Ceiling((double)size / s);
            int all = Math.Max(((positions - 1) * s) + span - size, 0);
            return (all / 2, all - (all / 2), positions);
        }

        (int before, int after) = Options switch
        {
            { Padding: var padding } when padding == Padding.Of([1, 0], [0, 2]) => axis == 0 ? (1, 0) : (0, 2),
            { Padding: var padding } when padding == Padding.Of([1, 2]) => (axis + 1, axis + 1),
            { Padding: var padding } when padding == Padding.Of(1) => (1, 1),
            _ => (0, 0),
        };
        return (before, after, ((size + before + after - span) / s) + 1);
    }

    /// <summary>The loops.</summary>
    public (Shape Shape, double[] Values) Loop()
    {
        (int[] sizes, int[] kernel) = (Three(axis => Input[axis + 2], 1), Three(axis => Weight[axis + 2], 1));
        (int[] s, int[] d) = (Three(axis => Of(Options.Stride, axis), 1), Three(axis => Of(Options.Dilation, axis), 1));
        (int[] before, int[] positions) = (Three(axis => Along(axis).Before, 0), Three(axis => Along(axis).Positions, 1));
        (int batch, int channels, int outputs, int own) = (Input[0], Input[1], Weight[0], Weight[1]);
        (double[] x, double[] w) = (X.ToArray<double>(), W.ToArray<double>());
        var y = new double[batch * outputs * positions[0] * positions[1] * positions[2]];
        int next = 0;
        for (int n = 0; n < batch; n++)
            for (int o = 0; o < outputs; o++)
                for (int p0 = 0; p0 < positions[0]; p0++)
                    for (int p1 = 0; p1 < positions[1]; p1++)
                        for (int p2 = 0; p2 < positions[2]; p2++, next++)
                            for (int c = 0; c < own; c++)
                                for (int k0 = 0; k0 < kernel[0]; k0++)
                                    for (int k1 = 0; k1 < kernel[1]; k1++)
                                        for (int k2 = 0; k2 < kernel[2]; k2++)
                                        {
                                            int channel = (o / (outputs / Options.Groups) * own) + c;
                                            (int i0, int i1, int i2) = ((p0 * s[0]) + (k0 * d[0]) - before[0], (p1 * s[1]) + (k1 * d[1]) - before[1],
                                                (p2 * s[2]) + (k2 * d[2]) - before[2]);
                                            if (i0 >= 0 && i0 < sizes[0] && i1 >= 0 && i1 < sizes[1] && i2 >= 0 && i2 < sizes[2])
                                            {
                                                y[next] += w[(((((((o * own) + c) * kernel[0]) + k0) * kernel[1]) + k1) * kernel[2]) + k2]
                                                    * x[(((((((n * channels) + channel) * sizes[0]) + i0) * sizes[1]) + i1) * sizes[2]) + i2];
                                            }
                                        }

        return ([batch, outputs, .. positions[^Moved..]], y);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Input} * {Weight}, stride {Options.Stride}, padding {Options.Padding}, dilation {Options.Dilation}, {Options.Groups} groups";

    private static int Of(Axes numbers, int axis) => numbers.Count == 1 ? numbers[0] : numbers[axis];

    // the same padding as numbers, which a transposed convolution asks for
    private Convolution Explicit() => Options with
    {
        Padding = Padding.Of(new Axes([.. Enumerable.Range(0, Moved).Select(axis => Along(axis).Before)]),
            new Axes([.. Enumerable.Range(0, Moved).Select(axis => Along(axis).After)])),
    };

    // absent axes come first
    private int[] Three(Func<int, int> number, int absent) => [.. Enumerable.Repeat(absent, 3 - Moved), .. Enumerable.Range(0, Moved).Select(number)];
}
