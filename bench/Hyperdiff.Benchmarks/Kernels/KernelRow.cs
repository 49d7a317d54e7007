using System.Globalization;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>A line of the table.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="Mode">Its value alone, with the tangent along a direction, or with the cotangents of its operands.</param>
/// <param name="Ours">Milliseconds of a plan into memory that is there.</param>
/// <param name="Eager">Milliseconds into fresh memory, as a call without a plan; values only.</param>
/// <param name="Peer">Milliseconds of the peer.</param>
/// <param name="Floor">Milliseconds that bytes or operations take at least.</param>
/// <param name="Error">The greatest difference, relative to the greatest number of the peer's result; with why there is none.</param>
internal sealed record KernelRow(
    string Name, string Mode, double Ours, double? Eager, double? Peer, double Floor, (double Value, double Limit, string? Absence) Error)
{
    /// <summary>The head of the table.</summary>
    public const string Head = """
        | kernel | of it | PyTorch | ours | ours / PyTorch | ours / floor | fresh memory | error |
        |---|---|--:|--:|--:|--:|--:|--:|
        """;

    /// <summary>Whether the results differ.</summary>
    public bool IsWrong => !(Error.Value <= Error.Limit);

    /// <inheritdoc/>
    public override string ToString() => IsWrong
        ? string.Create(CultureInfo.InvariantCulture, $"| {Name} | {Mode} | | | NOT TIMED: wrong | | | {Error.Value:E1} |")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Mode} | {Peer:F3} | {Ours:F3} | {(Peer is null ? Error.Absence : $"{Ours / Peer:F2}")} | {Ours / Floor:F1} | {Eager:F3} "
                + $"| {Error.Value:E0} |");
}
