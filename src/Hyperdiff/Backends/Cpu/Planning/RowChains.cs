namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Joins groups that go on with what others fold row by row: a softmax, its derivatives or a normalization of rows then runs tile by tile, and what
/// is between its parts never leaves the cache.</summary>
/// <remarks>
/// Where a tile holds whole rows, the fold of a row is there before the next line of the tile, which may read it along the row. Lines with an element for each
/// row, such as a mean of a sum, stand in between. A row is folded in the same order as before, so that no bit changes.
/// </remarks>
internal sealed class RowChains
{
    // lines of one group, whose registers should stay in L2
    private const int MostLines = 64;

    private readonly UnitGraph _units;

    private RowChains(UnitGraph units) => _units = units;

    /// <summary>Joins all that can be joined.</summary>
    public static void Join(UnitGraph units)
    {
        var chains = new RowChains(units);
        foreach (FusedGroup group in units.Units.OfType<FusedGroup>().ToArray())
        {
            if (group is { JoinedTo: null, HasWholeRows: true })
            {
                while (chains.Next(group) is { } next)
                {
                    units.Join([group, next], group);
                    group.Absorb(next);
                }
            }
        }
    }

    private FusedGroup? Next(FusedGroup group) => Following(group).OrderBy(reader => reader.Index).FirstOrDefault(reader => IsAlike(group, reader)
        ? group.LeadsTo(reader) && _units.CanRunAsOne(group, reader)
        : reader.IsOfRows(group.Rows) && group.LeadsTo(reader)
            && Following(reader).Any(last => IsAlike(group, last) && _units.CanRunAsOne(group, reader, last)));

    private static IEnumerable<FusedGroup> Following(FusedGroup group) => group.Readers.OfType<FusedGroup>()
        .Where(reader => reader.Varies == group.Varies && reader.Entries.Count + group.Entries.Count <= MostLines);

    private static bool IsAlike(FusedGroup group, FusedGroup other) =>
        group.Count == other.Count && (group.Rows, group.Columns) == (other.Rows, other.Columns);
}
