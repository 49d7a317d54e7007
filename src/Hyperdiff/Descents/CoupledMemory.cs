namespace Hyperdiff;

/// <summary>What coupled solves remember from one hypergradient to the next.</summary>
/// <param name="Tolerances">Those of the next solves.</param>
/// <param name="Estimated">The solves whose error was estimated last; null where none was since the tolerances were tightened.</param>
/// <param name="Error">That estimate, in the unit of the hypergradient; NaN where there is none.</param>
internal sealed record CoupledMemory(CoupledTolerances Tolerances, SolveLevels? Estimated, double Error)
{
    private const string Rounding = "coupled solves are at rounding";

    /// <summary>Before anything is known.</summary>
    public static CoupledMemory First { get; } = new(CoupledTolerances.First, null, double.NaN);

    /// <summary>Whether tighter solves than these are no more accurate.</summary>
    public bool IsAtRounding { get; init; }

    /// <summary>What a file holds.</summary>
    public static CoupledMemory Read(StructureArchive archive)
    {
        double error = archive.Number("coupled error");
        Tolerance Of(string which) => new(archive.Number($"coupled {which} relative"), archive.Number($"coupled {which} absolute"));
        return new CoupledMemory(new CoupledTolerances(Of("inner"), Of("adjoint")), double.IsNaN(error) ? null : SolveLevels.Read(archive), error)
        {
            IsAtRounding = archive.Number(Rounding) != 0,
        };
    }

    /// <summary>Writes it to a file.</summary>
    public void Write(StructureArchive archive)
    {
        archive.Add("coupled error", Estimated is null ? double.NaN : Error);
        archive.Add(Rounding, IsAtRounding ? 1 : 0);
        Estimated?.Write(archive);
        foreach ((string which, Tolerance tolerance) in (ReadOnlySpan<(string, Tolerance)>)[("inner", Tolerances.Inner), ("adjoint", Tolerances.Adjoint)])
        {
            archive.Add($"coupled {which} relative", tolerance.Relative!.Value);
            archive.Add($"coupled {which} absolute", tolerance.Absolute);
        }
    }
}
