using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What a solver made of a matrix — factors, a preconditioner, the choice of a method — kept for matrices nearby, with what it has cost.</summary>
/// <remarks>
/// It is stale once a solve took more products than the mean of all since it was made, those that made it included: from then on every further solve would
/// raise the mean, and making it anew lowers it if the next ones go as these did. Where the products of a solve grow with its age that is the age of the least
/// mean cost (the "economic life" of replacement theory: Terborgh 1949, "Dynamic Equipment Policy"). A choice costs next to nothing to make, so that this would
/// repeat it at every harder system: it is stale once a solve took twice as many products as the first.
/// </remarks>
/// <param name="Kind">What it is, and of matrices on which leaves: it serves no other.</param>
/// <param name="Reason">Why it was made, for reports.</param>
/// <param name="Tensors">What it is made of, computed when it is used, or saved, first.</param>
internal sealed record Keepsake(string Kind, string Reason, Lazy<Tensor[]> Tensors)
{
    /// <summary>How many <see cref="Numbers"/> there are.</summary>
    public const int Count = 4;

    private const int Growth = 2;

    /// <summary>The units of the matrix (<see cref="LeafUnits"/>, <see cref="SystemScaling"/>): it serves for no others.</summary>
    public ImmutableArray<double> Frame { get; init; } = [];

    /// <summary>Products of all solves since, those that made it included.</summary>
    public long Spent { get; init; }

    /// <summary>Products of the first solve, without those that made it.</summary>
    public long First { get; init; }

    /// <summary>Products of the last solve; of the first none, since it rests on a matrix of its own.</summary>
    public long Last { get; init; }

    /// <summary>The solves since it was made, that one included.</summary>
    public int Solves { get; init; }

    /// <summary>Whether it is only a choice.</summary>
    public bool IsChoice => Kind.StartsWith(AutoLinearSolver.ChoiceKind, StringComparison.Ordinal);

    /// <summary>Whether the next solve should make it anew.</summary>
    public bool IsStale => IsChoice ? Last > Growth * First : Last * Solves > Spent;

    /// <summary>The counts, for a file.</summary>
    public double[] Numbers => [Spent, First, Last, Solves];

    /// <summary>After the solve that made it.</summary>
    /// <param name="products">Those of the solve, all together.</param>
    /// <param name="made">Those of them that made it.</param>
    /// <param name="system">Gives the units.</param>
    public Keepsake Begun(long products, long made, LinearSystem system) =>
        this with { Spent = products, First = products - made, Solves = 1, Frame = FrameOf(system) };

    /// <summary>After a solve by it.</summary>
    public Keepsake After(long products) => this with { Spent = Spent + products, Last = products, Solves = Solves + 1 };

    /// <summary>Whether it is of this kind, and in the units of a system.</summary>
    public bool Fits(string kind, LinearSystem system) => Kind == kind && Frame.SequenceEqual(FrameOf(system));

    /// <summary>What a file holds.</summary>
    public static Keepsake Of(string kind, string reason, Tensor[] tensors, (double[] Counts, double[] Frame) numbers) => new(kind, reason, new(tensors))
    {
        Frame = [.. numbers.Frame],
        Spent = (long)numbers.Counts[0],
        First = (long)numbers.Counts[1],
        Last = (long)numbers.Counts[2],
        Solves = (int)numbers.Counts[3],
    };

    /// <summary>What something of a system's matrix is called.</summary>
    public static string KindOf(string name, LinearSystem system) => $"{name} on ({system.Matrix.TypeNames})";

    private static ImmutableArray<double> FrameOf(LinearSystem system) => system.Frame is { } units
        ? [system.Level, .. units.Rows.Concat(units.Columns).Select(exponent => (double)exponent)] : [system.Level];
}
