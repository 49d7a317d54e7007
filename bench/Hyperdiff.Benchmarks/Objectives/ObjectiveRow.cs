using System.Globalization;

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>One line of the table.</summary>
/// <param name="Case">The objective.</param>
/// <param name="Mode">The derivatives.</param>
/// <param name="Ours">The least milliseconds of a call in each round.</param>
/// <param name="Peer">The same of the peer; empty where there is none.</param>
/// <param name="Error">The difference of the results, what it may be, and why nothing was compared.</param>
internal sealed record ObjectiveRow(
    ObjectiveCase Case, string Mode, IReadOnlyList<double> Ours, IReadOnlyList<double> Peer, (double Value, double Limit, string? Absence) Error)
{
    /// <summary>The head of the table.</summary>
    public const string Head = """
        | objective | sizes | of it | PyTorch, ms | ours, ms | PyTorch / ours | of least | difference |
        |---|---|---|--:|--:|--:|--:|--:|
        """;

    /// <summary>Whether the results differ.</summary>
    public bool IsWrong => !(Error.Value <= Error.Limit);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"| `{Case.Name}` | {Case.Sizes} | {Mode} | {Figures()} |");

    private static string Spread(IReadOnlyList<double> times) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(times):G3} ({times.Min():G3}–{times.Max():G3})");

    private static double Median(IReadOnlyList<double> times) => times.Order().ElementAt(times.Count / 2);

    private string Figures() => IsWrong ? string.Create(CultureInfo.InvariantCulture, $"| NOT TIMED: wrong | | | {Error.Value:E1}")
        : Peer.Count == 0 ? $"| {Spread(Ours)} | {Error.Absence} | | "
        : string.Create(CultureInfo.InvariantCulture,
            $"{Spread(Peer)} | {Spread(Ours)} | {Median(Peer) / Median(Ours):F2} | {Peer.Min() / Ours.Min():F2} | {Error.Value:E0}");
}
