using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>The report of a solve, and which item of which batches it is of.</summary>
/// <param name="Report">The report; its solver is named without the item.</param>
/// <param name="Items">Of every batch, the outer one first, the item, and how many there are.</param>
internal readonly record struct ItemReport(SolveReport Report, ImmutableArray<(int Index, int Count)> Items)
{
    /// <summary>The report with its item in the name: <c>adjoint of f, GMRES(20), item 3 of 10</c>, counted from 0.</summary>
    public SolveReport Named => Items.IsEmpty ? Report : Report with { Solver = Name };

    /// <summary>The name of the solver with the item.</summary>
    public string Name => Report.Solver
        + string.Concat(Items.Select(item => string.Create(CultureInfo.InvariantCulture, $", item {item.Index} of {item.Count}")));

    /// <summary>The same from within something.</summary>
    public ItemReport Within(string what) => this with { Report = Report with { Solver = $"{Report.Solver}, {what}" } };

    /// <summary>The same from within an item of an outer batch.</summary>
    public ItemReport OfItem(int index, int count) => this with { Items = [(index, count), .. Items] };
}
