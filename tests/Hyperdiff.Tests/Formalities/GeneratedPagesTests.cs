using System.Globalization;
using System.Text;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The pages that are in part made of the code say what it says: what a status means for a solver, which method takes which problem, which types there
/// are.</summary>
public sealed class GeneratedPagesTests
{
    // how an inner problem of each kind is written, in the order of the kinds
    private static readonly string[] s_problems =
    [
        "`map.SolvedBy(…)`", "`objective.MinimizedBy(…)`", "`condition.SolvedBy(…)`, `objective.SubjectTo(…)`", "`objective.Unroll(…)`",
        "two objectives", "`RandomProcess.From(…)`", "any code, `(w₀, λ) → w`", "any code, `λ → ℓ`",
    ];

    [Fact]
    public void NotConverged_SaysWhatExceptionsSay()
    {
        var text = new StringBuilder();
        foreach (SolveStatus status in Enum.GetValues<SolveStatus>().Where(status => status != SolveStatus.Converged))
        {
            text.Append(CultureInfo.InvariantCulture, $"### {status}\n\n| `report.Kind` | `report.Advice` |\n|---|---|\n");
            foreach (IGrouping<string, SolverKind> kinds in Enum.GetValues<SolverKind>().GroupBy(kind => status.Describe(kind)))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"| {(kinds.Contains(SolverKind.Other) ? "all others" : string.Join(", ", kinds.Select(kind => $"`{kind}`")))} | {kinds.Key} |\n");
            }

            text.Append('\n');
        }

        GeneratedPart.AssertCurrent("not-converged.md", text.ToString());
    }

    [Fact]
    public void Choosing_SaysWhatTheTableOfMethodsSays()
    {
        ProblemKind[] kinds = Enum.GetValues<ProblemKind>();
        Assert.Equal(kinds.Length, s_problems.Length);
        var text = new StringBuilder("| the inner problem | `problem.Methods()` |\n|---|---|\n");
        foreach (ProblemKind kind in kinds)
        {
            string methods = string.Join(", ", Applicability.Methods(kind).Select(method => $"`{method}`"));
            text.Append(CultureInfo.InvariantCulture, $"| {s_problems[(int)kind]} | {(methods.Length == 0 ? "none: a `Descent`" : methods)} |\n");
        }

        GeneratedPart.AssertCurrent("choosing.md", text.ToString());
    }

    [Fact]
    public void Types_AreAllTypes()
    {
        Assert.Equal(
            typeof(Tensor).Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Distinct()
                .Order(StringComparer.Ordinal),
            TypesPage.Types.Where(type => type.Package == "Hyperdiff").Select(type => type.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(TypesPage.Types.Where(type => type.Summary.Length == 0).Select(type => $"{type.Name} is not documented"));
        Assert.Empty(TypesPage.FoldersWithoutHeading);
        GeneratedPart.AssertCurrent("types.md", TypesPage.Render());
    }
}
